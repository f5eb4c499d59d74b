package dev.parley.engine.handle;

import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears on the control topic which calls were cancelled. Called by the transport's threads; started
 * and stopped once, guarded by its monitor.
 */
final class CancelListener implements DeliveryListener {

  private static final Logger log = LoggerFactory.getLogger(CancelListener.class);
  private static final int PREFETCH = 256;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long LONGEST = Duration.ofHours(1).toMillis();

  /** Who has the handlers. Must not block. */
  @FunctionalInterface
  interface Target {

    /** A call to that queue or topic was cancelled. */
    void cancelled(String queue, String correlationId, long rememberMillis);
  }

  private final Transport transport;
  private final String topic;
  private final Target target;
  private @Nullable Listening listening; // guarded by this

  CancelListener(Transport transport, String topic, Target target) {
    this.transport = transport;
    this.topic = topic;
    this.target = target;
  }

  synchronized void start() {
    if (listening == null && !topic.isBlank()) {
      listening =
          transport.listen(
              new ListenRequest(Source.broadcast(topic), PREFETCH, LIMIT, List.of()), this);
    }
  }

  synchronized void close() {
    if (listening != null) {
      listening.close();
    }
  }

  @Override
  public void delivered(Delivery delivery) {
    WireMessage message = delivery.message();
    String queue = message.header(WireHeaders.ORIGIN);
    String correlationId = message.correlationId();
    if ("CANCEL".equals(message.header(WireHeaders.SIGNAL))
        && queue != null
        && correlationId != null) {
      target.cancelled(queue, correlationId, millis(message.header(WireHeaders.TIMEOUT)));
    }
    delivery.settle(Settlement.DONE, List.of(), result -> {});
  }

  private static long millis(@Nullable String text) {
    try {
      return text == null ? 0 : Math.max(0, Math.min(LONGEST, Long.parseLong(text)));
    } catch (NumberFormatException e) {
      return 0; // a foreign sender's: what runs is cancelled, nothing is remembered
    }
  }

  @Override
  public void changed(State state, @Nullable Throwable error) {
    if (state == State.RECOVERING) {
      log.warn(
          "Cancelled calls are not heard of for now: the topic {} is being recovered: {}",
          topic,
          String.valueOf(error));
    }
  }
}
