package dev.parley.memory;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Counter;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MillionItemsTest {

  private static final long ITEMS = 1_000_000;
  private static final int CREDIT = 100;

  @Test
  @Timeout(60)
  void aMillionItemsAreNeverFurtherAheadThanTheCredit() {
    String url = "memory:" + UUID.randomUUID();
    AtomicLong produced = new AtomicLong();
    try (Broker server = Broker.of(url);
        Broker client = Broker.of(url)) {
      server.subscribe(
          "numbers", Long.class, to -> LongStream.rangeClosed(1, to).peek(produced::set).boxed());
      server.start();
      AtomicLong taken = new AtomicLong();
      AtomicLong furthest = new AtomicLong();

      client.stream(ITEMS, to("numbers").callback(Long.class).credit(CREDIT))
          .forEach(
              item -> {
                furthest.accumulateAndGet(produced.get() - taken.getAndIncrement(), Math::max);
                assertThat(item).isEqualTo(taken.get());
              });

      assertThat(taken).hasValue(ITEMS);
      assertThat(furthest.get()).isLessThanOrEqualTo(CREDIT + 1); // and the one in the hand
      assertThat(server.counters().get(Counter.ITEMS_SENT)).isEqualTo(ITEMS);
      await().until(() -> client.counters().callsInFlight() == 0);
    }
  }
}
