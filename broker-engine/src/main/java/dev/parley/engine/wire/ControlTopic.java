package dev.parley.engine.wire;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where callers tell all servers that nobody waits for a call any more, because they do not know
 * which server has it.
 *
 * <p>One topic for all queues: a server listens to it once, not once for each handler.
 */
public final class ControlTopic {

  private ControlTopic() {}

  /**
   * The message that a call was cancelled.
   *
   * @param topic the control topic
   * @param queue where the request went
   * @param remember how long the request may still be found somewhere
   */
  public static Outgoing cancel(
      String topic, String queue, String id, String correlationId, Duration remember, long nanos) {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.SIGNAL, "CANCEL");
    headers.put(WireHeaders.ORIGIN, queue);
    headers.put(WireHeaders.TIMEOUT, Long.toString(remember.toMillis()));
    WireMessage message = new WireMessage(new byte[0], null, id, correlationId, null, headers);
    return new Outgoing(
        Address.topic(topic),
        message,
        nanos,
        false,
        null,
        remember,
        Duration.ZERO,
        List.of(),
        null,
        null);
  }
}
