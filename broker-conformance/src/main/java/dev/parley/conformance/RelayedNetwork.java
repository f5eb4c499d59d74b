package dev.parley.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * A way to a broker through a {@link Relay}.
 *
 * @param kept whether the relay is used again afterwards, and so stays open
 * @param heartbeat how often the transport expects a sign of life with these settings
 */
record RelayedNetwork(
    String url, Relay relay, boolean kept, Duration heartbeat, Map<String, String> settings)
    implements Network {

  /** A way to the server at that URL. */
  static RelayedNetwork to(String url, Duration heartbeat, Map<String, String> settings) {
    URI uri = URI.create(url);
    Relay relay = Relay.to(uri.getHost(), uri.getPort());
    return new RelayedNetwork(
        url.replace(":" + uri.getPort(), ":" + relay.port()), relay, false, heartbeat, settings);
  }

  @Override
  public Duration noticedWithin() {
    return heartbeat.multipliedBy(2);
  }

  @Override
  public void silence() {
    relay.silence();
  }

  @Override
  public void cut() {
    relay.cut();
  }

  @Override
  public void restore() {
    relay.restore();
  }

  @Override
  public void close() {
    if (kept) {
      relay.restore();
    } else {
      relay.close();
    }
  }
}
