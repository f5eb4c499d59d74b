package dev.parley.conformance;

import java.time.Duration;
import java.util.Map;

/** A way of its own to a broker, over which the network can fall silent. */
public interface Network extends AutoCloseable {

  /** The value of {@code broker.url} that goes this way. */
  String url();

  /** Settings of the transport that make it notice soon. */
  Map<String, String> settings();

  /** How long the transport takes to notice with those settings: two heartbeats. */
  Duration noticedWithin();

  /** From now on nothing passes, and no connection is closed. */
  void silence();

  /** Connections that are open are reset; new ones pass. */
  void cut();

  /** Connections that are open are gone; new ones pass. */
  void restore();

  @Override
  void close();
}
