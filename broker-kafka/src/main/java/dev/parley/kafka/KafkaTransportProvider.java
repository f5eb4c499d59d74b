package dev.parley.kafka;

import dev.parley.spi.Setting;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportProvider;
import java.util.List;
import java.util.Set;

/**
 * Kafka, for the URL scheme {@code kafka}; found by itself when this module is on the class path.
 *
 * <p>Several brokers of the cluster can be named, separated by commas. TLS and users are configured
 * by Kafka's own properties below {@code kafka.client}.
 */
public final class KafkaTransportProvider implements TransportProvider {

  /** For {@link java.util.ServiceLoader}, and for giving the transport by hand. */
  public KafkaTransportProvider() {}

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("kafka");
  }

  @Override
  public List<Setting<?>> settings() {
    return KafkaSettings.ALL;
  }

  @Override
  public Transport create(TransportContext context) {
    return KafkaTransport.create(context);
  }
}
