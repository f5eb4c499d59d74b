package dev.parley.rabbit;

import dev.parley.spi.Setting;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportProvider;
import java.util.List;
import java.util.Set;

/**
 * RabbitMQ, for the URL schemes {@code amqp} and {@code amqps}; found by itself when this module is
 * on the class path.
 *
 * <p>{@code amqps} trusts what the JVM trusts and checks the host name. Several hosts, separated by
 * commas, are tried in random order.
 */
public final class RabbitTransportProvider implements TransportProvider {

  /** For {@link java.util.ServiceLoader}, and for giving the transport by hand. */
  public RabbitTransportProvider() {}

  @Override
  public String name() {
    return "rabbit";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("amqp", "amqps");
  }

  @Override
  public List<Setting<?>> settings() {
    return RabbitSettings.ALL;
  }

  @Override
  public Transport create(TransportContext context) {
    return RabbitTransport.create(context);
  }
}
