package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.Expect.await;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.NoHandlerException;
import dev.parley.spi.Capability;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Contract §4: streams of replies. */
abstract class StreamContract extends Chapter {

  private static List<Integer> upTo(int n) {
    return IntStream.rangeClosed(1, n).boxed().toList();
  }

  @Test
  void itemsComeInOrderInEveryForm() {
    fixture.started(on -> on.register(new Counts()));
    Counting client = fixture.broker().client(Counting.class);

    assertThat(client.count(1000)).containsExactlyElementsOf(upTo(1000));
    assertThat(client.iterate(1000)).toIterable().containsExactlyElementsOf(upTo(1000));
    assertThat(collect(client.push(1000), Long.MAX_VALUE).join())
        .containsExactlyElementsOf(upTo(1000));
    assertThat(client.count(0)).isEmpty();
  }

  @Test
  void closingTheStreamStopsTheProducerAndIsCountedOnBothSides() {
    Counts counts = new Counts();
    Broker server = fixture.started(on -> on.register(counts));
    Broker client = fixture.broker();

    try (Stream<Integer> stream =
        client.stream(1_000_000_000, to(fixture.name("count")).callback(Integer.class))) {
      assertThat(stream.limit(3)).containsExactly(1, 2, 3);
    }

    await().untilTrue(counts.closed);
    await().until(() -> server.counters().get(Counter.CANCELLED) == 1);
    assertThat(client.counters().get(Counter.CANCELS_SENT)).isEqualTo(1);
    assertThat(client.counters().callsInFlight()).isZero();
  }

  @Test
  void anErrorComesBehindTheItemsBeforeIt() {
    fixture.started(
        on ->
            on.subscribe(
                fixture.name("broken"),
                Integer.class,
                n ->
                    Stream.iterate(1, i -> i + 1)
                        .map(
                            i -> {
                              if (i > n) {
                                throw new IllegalStateException("no more than " + n);
                              }
                              return i;
                            })));
    Iterator<Integer> items =
        fixture.broker().stream(3, to(fixture.name("broken")).callback(Integer.class)).iterator();

    assertThat(List.of(items.next(), items.next(), items.next())).containsExactly(1, 2, 3);
    assertThatThrownBy(items::hasNext)
        .isInstanceOfSatisfying(
            HandlerFailedException.class,
            e -> {
              assertThat(e.remoteType()).isEqualTo("IllegalStateException");
              assertThat(e.remoteMessage()).isEqualTo("no more than 3");
            });
  }

  @Test
  void failuresBeforeTheFirstItemAreThoseOfACall() {
    fixture.started(on -> on.register(new Counts()));
    Broker client = fixture.broker();

    assertThatThrownBy(
            () -> client.stream(1, to(fixture.name("nowhere")).callback(Integer.class)).count())
        .isInstanceOf(NoHandlerException.class);
    assertThatThrownBy(
            () -> client.stream("x", to(fixture.name("count")).callback(Integer.class)).count())
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MESSAGE));
    assertThatThrownBy(
            () ->
                collect(
                        client.streamAsync(1, to(fixture.name("nowhere")).callback(Integer.class)),
                        1)
                    .join())
        .hasCauseInstanceOf(NoHandlerException.class);
  }

  @Test
  void aPlainReplyIsAStreamOfOne() {
    fixture.started(on -> on.subscribe(fixture.name("plain"), Integer.class, n -> n * 2));

    assertThat(fixture.broker().stream(21, to(fixture.name("plain")).callback(Integer.class)))
        .containsExactly(42);
  }

  @Test
  void aProducerThatThinksIsHeardAndTheIdleTimeoutEndsTheWait() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    fixture.started(
        on ->
            on.subscribe(
                fixture.name("slow"),
                Integer.class,
                n ->
                    Stream.of(1, 2)
                        .map(
                            i -> {
                              if (i == 2) {
                                waitFor(never, interrupted);
                              }
                              return i;
                            })),
        "stream.heartbeat",
        "300ms");
    Iterator<Integer> items =
        fixture.broker("stream.heartbeat", "300ms").stream(
                1, to(fixture.name("slow")).callback(Integer.class).idleTimeout(ofMillis(1_500)))
            .iterator();

    assertThat(items.next()).isEqualTo(1);
    assertThatThrownBy(items::hasNext)
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("within PT1.5S");
    await().untilTrue(interrupted);
  }

  private static void waitFor(CountDownLatch latch, AtomicBoolean interrupted) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      interrupted.set(true);
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theDeadlineOfTheCallEndsTheStreamOnBothSides() {
    Counts counts = new Counts();
    Broker server = fixture.started(on -> on.register(counts));
    Broker client = fixture.broker();
    AtomicLong seen = new AtomicLong();
    assertThat(client.client(Counting.class).iterate(1)).toIterable().hasSize(1); // is connected

    assertThatThrownBy(
            () ->
                client.stream(
                        1_000_000_000,
                        to(fixture.name("count")).callback(Integer.class).timeout(ofMillis(900)))
                    .forEach(i -> seen.incrementAndGet()))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(seen.get()).isPositive();
    await().untilTrue(counts.closed);
    assertThat(server.counters().get(Counter.CANCELLED)).isEqualTo(1);
  }

  @Test
  void aServerThatClosesTellsItsCaller() {
    Counts counts = new Counts();
    Broker server = fixture.started(on -> on.register(counts));
    Broker client = fixture.broker();
    Stalled stalled = new Stalled(new AtomicInteger());
    client
        .streamAsync(1_000_000, to(fixture.name("count")).callback(Integer.class))
        .subscribe(stalled);
    await().until(() -> counts.produced.get() >= 200);

    server.close(ofMillis(100));
    stalled.request(Long.MAX_VALUE);

    assertThatThrownBy(() -> stalled.ended.get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ConnectionLostException.class);
    assertThat(counts.closed).isTrue();
  }

  @Test
  void closingTheCallersBrokerEndsItsStreams() {
    Counts counts = new Counts();
    fixture.started(on -> on.register(counts));
    Broker client = fixture.broker();
    Stalled stalled = new Stalled(new AtomicInteger());
    client
        .streamAsync(1_000_000, to(fixture.name("count")).callback(Integer.class))
        .subscribe(stalled);
    await().until(() -> counts.produced.get() >= 200);

    client.close();

    assertThat(stalled.ended).isCompletedExceptionally();
    await().untilTrue(counts.closed);
  }

  @Test
  void aStreamClosedBeforeItBeganIsDropped() {
    Counts counts = new Counts();
    Broker server = fixture.started(on -> on.register(counts));
    Broker client = fixture.broker();
    Stream<Integer> first =
        client.stream(1_000_000, to(fixture.name("count")).callback(Integer.class));
    assertThat(first.iterator().next()).isEqualTo(1);
    Stream<Integer> second =
        client.stream(1_000_000, to(fixture.name("push")).callback(Integer.class));
    Stream<Integer> third =
        client.stream(1_000_000, to(fixture.name("count")).callback(Integer.class));
    assertThat(second.iterator().next()).isEqualTo(1);
    await().until(() -> client.counters().get(Counter.PUBLISHED) == 3);

    third.close();
    await().until(() -> client.counters().get(Counter.CANCELS_SENT) == 1);
    first.close();
    second.close();

    Expect.counter(server, Counter.CANCELLED, 3);
    Expect.noCallInFlight(client);
  }

  @Test
  void aCutConnectionEndsAStreamOnlyWhereItsItemsAreLost() {
    fixture.require(Fault.CUT_CONNECTIONS);
    fixture.started(on -> on.register(new Counts()));
    Broker client = fixture.broker();
    Iterator<Integer> items =
        client.stream(20_000, to(fixture.name("count")).callback(Integer.class)).iterator();
    for (int i = 1; i <= 100; i++) {
      assertThat(items.next()).isEqualTo(i);
    }

    fixture.server().cutConnections();

    if (fixture.capabilities().contains(Capability.REPLY_SURVIVES_RECONNECT)) {
      for (int i = 101; i <= 20_000; i++) {
        assertThat(items.next()).isEqualTo(i);
      }
      assertThat(items.hasNext()).isFalse();
    } else {
      long begin = System.nanoTime();
      assertThatThrownBy(() -> items.forEachRemaining(item -> {}))
          .isInstanceOf(ConnectionLostException.class);
      assertThat(Expect.since(begin)).isLessThan(Expect.AT_ONCE);
    }
    Expect.noCallInFlight(client);
  }

  private static <T> CompletableFuture<List<T>> collect(Flow.Publisher<T> items, long demand) {
    Collector<T> collector = new Collector<>(demand);
    items.subscribe(collector);
    return collector.result.orTimeout(20, TimeUnit.SECONDS);
  }
}
