package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.parley.Broker;
import dev.parley.conformance.Relay;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(ConnectionKeeper.class);
  private final Lines lines = new Lines();

  /** What the keepers of connections say, at any level, from any thread. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final List<ILoggingEvent> all = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      all.add(event);
    }

    private long shown() {
      return all.stream().filter(event -> event.getLevel().toInt() >= 20_000).count(); // INFO
    }
  }

  @BeforeEach
  void listen() {
    logger.setLevel(ch.qos.logback.classic.Level.DEBUG);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  /** A proxy without its server accepts and resets: the socket ends now here and now there. */
  @Test
  void anOutageIsNotToldAgainWhenItsReasonsTakeTurns() {
    RealBroker rabbit = RealBrokers.rabbit();
    URI uri = URI.create(rabbit.url());
    try (Relay relay = Relay.to(uri.getHost(), uri.getPort());
        Broker broker =
            Broker.builder()
                .url(rabbit.url().replace(":" + uri.getPort(), ":" + relay.port()))
                .setting("rabbit.reconnect.min", "10ms")
                .setting("rabbit.reconnect.max", "20ms")
                .build()) {
      broker.declare("outage-log");
      lines.all.clear();

      relay.pass(Relay.Passage.CLOSED);
      await().until(() -> lines.all.size() > 60);

      // Two connections, each with its loss and a few reasons.
      assertThat(lines.shown()).isLessThanOrEqualTo(12);
    }
  }
}
