package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What to listen to, and how much to fetch ahead.
 *
 * @param source the queue, group or broadcast; declared when it is missing
 * @param prefetch how many deliveries may be unsettled at once, at most
 * @param handlerLimit how long a handler may take, at most
 * @param options what only this transport understands, of its own option types (annotations of the
 *     handler among them); what is not of its own is ignored
 */
public record ListenRequest(
    Source source, int prefetch, Duration handlerLimit, List<Object> options) {

  public ListenRequest {
    requireNonNull(source, "source");
    requireNonNull(handlerLimit, "handlerLimit");
    requireNonNull(options, "options");
    if (source.kind() == Source.Kind.TOPIC) {
      throw new IllegalArgumentException(
          "a topic is listened to through a group or by broadcast: " + source);
    }
    if (prefetch < 1) {
      throw new IllegalArgumentException(
          "prefetch must be 1 or more, was " + prefetch + " for " + source);
    }
  }
}
