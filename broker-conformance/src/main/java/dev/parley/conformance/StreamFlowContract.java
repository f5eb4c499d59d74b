package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.Expect.await;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Contract §4: the caller of a stream says how far ahead its producer may be. */
abstract class StreamFlowContract extends Chapter {

  @Test
  void aReaderThatStopsStopsTheProducerAtTheCreditItGranted() {
    Counts counts = new Counts();
    fixture.started(on -> on.register(counts));
    Broker client = fixture.broker();
    AtomicInteger seen = new AtomicInteger();
    Stalled stalled = new Stalled(seen);

    client
        .streamAsync(1_000_000, to(fixture.name("count")).callback(Integer.class).credit(50))
        .subscribe(stalled);

    await().until(() -> counts.produced.get() >= 50);
    stalled.request(10);
    await().until(() -> seen.get() == 10);
    assertThat(counts.produced.get()).isLessThanOrEqualTo(60);
    stalled.cancel();
    await().untilTrue(counts.closed);
  }

  @Test
  void aPublisherIsAskedForNoMoreThanTheCredit() {
    Counts counts = new Counts();
    fixture.started(on -> on.register(counts));
    Stalled stalled = new Stalled(new AtomicInteger());

    fixture
        .broker()
        .streamAsync(1_000_000, to(fixture.name("push")).callback(Integer.class).credit(50))
        .subscribe(stalled);

    await().until(() -> counts.produced.get() == 50);
    stalled.cancel();
    await().untilTrue(counts.cancelled);
    assertThat(counts.produced).hasValue(50);
  }

  @Test
  void manyTimesTheCreditGoesThroughAndIsCountedOnBothSides() {
    Broker server = fixture.started(on -> on.register(new Counts()));
    Broker client = fixture.broker();

    long sum = client.client(Counting.class).count(10_000).mapToLong(i -> i).sum();

    assertThat(sum).isEqualTo(50_005_000L);
    Expect.counter(server, Counter.ITEMS_SENT, 10_000);
    Expect.counter(client, Counter.ITEMS_RECEIVED, 10_000);
    Expect.noCallInFlight(client);
  }

  @Test
  void aReaderThatSleepsIsNeverFurtherBehindThanTheCredit() {
    Counts counts = new Counts();
    fixture.started(on -> on.register(counts));
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger furthest = new AtomicInteger();

    fixture.broker().stream(3_000, to(fixture.name("count")).callback(Integer.class).credit(20))
        .forEach(
            item -> {
              furthest.accumulateAndGet(counts.produced.get() - taken.getAndIncrement(), Math::max);
              if (item % 1_000 == 0) {
                Expect.letPass(ofMillis(200)); // time to run ahead, if anything let it
              }
            });

    assertThat(taken).hasValue(3_000);
    assertThat(furthest.get()).isLessThanOrEqualTo(20 + 1); // and the one in the hand
  }

  @Test
  void aStreamHoldsItsSlotUntilItEnds() {
    Counts counts = new Counts();
    fixture.started(on -> on.register(counts)); // with a concurrency of one
    Broker client = fixture.broker();
    Stream<Integer> first =
        client.stream(1_000_000, to(fixture.name("count")).callback(Integer.class));
    assertThat(first.iterator().next()).isEqualTo(1);
    CompletableFuture<List<Integer>> second =
        collect(client.streamAsync(2, to(fixture.name("count")).callback(Integer.class)), 10);
    Expect.letPass(ofMillis(200));
    assertThat(second).isNotDone();

    first.close();

    assertThat(second.join()).containsExactly(1, 2);
  }

  @Test
  void anIteratorThatWasGivenUpEndsItsCall() {
    Counts counts = new Counts();
    fixture.started(on -> on.register(counts));
    Broker client = fixture.broker("stream.heartbeat", "300ms");

    assertThat(first(client)).isEqualTo(1);

    await()
        .untilAsserted(
            () -> {
              System.gc(); // what nobody can read any more is found as other garbage is
              assertThat(client.counters().callsInFlight()).isZero();
            });
    Expect.counter(client, Counter.CANCELS_SENT, 1);
  }

  private int first(Broker client) {
    return client.client(Counting.class).iterate(1_000_000).next();
  }

  private static <T> CompletableFuture<List<T>> collect(Flow.Publisher<T> items, long demand) {
    Collector<T> collector = new Collector<>(demand);
    items.subscribe(collector);
    return collector.result.orTimeout(20, TimeUnit.SECONDS);
  }
}
