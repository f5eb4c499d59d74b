package dev.parley.redis;

import dev.parley.spi.Setting;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportProvider;
import java.util.List;
import java.util.Set;

/**
 * Redis, for the URL forms of Lettuce ({@code redis}, {@code rediss}, {@code redis-sentinel},
 * {@code rediss-sentinel}), and {@code redis-cluster} and {@code rediss-cluster} for a cluster;
 * found by itself when this module is on the class path.
 *
 * <p>{@code rediss} trusts what the JVM trusts and checks the host name.
 */
public final class RedisTransportProvider implements TransportProvider {

  /** For {@link java.util.ServiceLoader}, and for giving the transport by hand. */
  public RedisTransportProvider() {}

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public Set<String> schemes() {
    return RedisUrl.SCHEMES;
  }

  @Override
  public List<Setting<?>> settings() {
    return RedisSettings.ALL;
  }

  @Override
  public Transport create(TransportContext context) {
    return RedisTransport.create(context);
  }
}
