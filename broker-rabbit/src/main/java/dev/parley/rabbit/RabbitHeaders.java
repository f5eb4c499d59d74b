package dev.parley.rabbit;

import dev.parley.spi.WireHeaders;
import java.util.Set;

/** Headers that mean something on RabbitMQ only. */
final class RabbitHeaders {

  /**
   * How many milliseconds of a delay are left after the delay queue the message is in, because it
   * is longer than the longest bucket. Whoever receives the message sends it round again. A count
   * and not a time of day, so that no two clocks have to agree.
   */
  static final String DELAY_LEFT = WireHeaders.PREFIX + "delay-left";

  /**
   * Further queues RabbitMQ routes a message to. Already heeded when a message arrives, and not to
   * be heeded again for a copy of it; only lists are accepted.
   */
  static final Set<String> ROUTING = Set.of("CC", "BCC");

  private RabbitHeaders() {}

  /** Whether RabbitMQ writes this header about where the message has been. */
  static boolean isTrace(String name) {
    return name.equals("x-death")
        || name.startsWith("x-first-death-")
        || name.startsWith("x-last-death-");
  }
}
