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
import dev.parley.Subscriber;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Contract §4: streams, of replies and both ways. */
abstract class StreamContract extends Chapter {

  interface Counting {
    @Subscriber("${app.prefix}count")
    Stream<Integer> count(int to);

    @Subscriber("${app.prefix}iterate")
    Iterator<Integer> iterate(int to);

    @Subscriber("${app.prefix}push")
    Flow.Publisher<Integer> push(int to);
  }

  static class Counts implements Counting {
    final AtomicInteger produced = new AtomicInteger();
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicBoolean cancelled = new AtomicBoolean();

    @Override
    public Stream<Integer> count(int to) {
      return IntStream.rangeClosed(1, to)
          .peek(i -> produced.incrementAndGet())
          .boxed()
          .onClose(() -> closed.set(true));
    }

    @Override
    public Iterator<Integer> iterate(int to) {
      return IntStream.rangeClosed(1, to).iterator();
    }

    @Override
    public Flow.Publisher<Integer> push(int to) {
      return new RangePublisher<>(to, n -> (int) n, produced, cancelled);
    }
  }

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
        "90ms");
    Iterator<Integer> items =
        fixture.broker("stream.heartbeat", "90ms").stream(
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

  interface Chat {
    @Subscriber("${app.prefix}chat")
    Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines);

    @Subscriber("${app.prefix}sum")
    Stream<Long> sum(Flow.Publisher<Long> numbers);
  }

  @Test
  void bothSidesSendItems() {
    Chat server =
        new Chat() {
          @Override
          public Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines) {
            return new MappingPublisher<>(lines, line -> room + ": " + line);
          }

          @Override
          public Stream<Long> sum(Flow.Publisher<Long> numbers) {
            return Stream.of(
                collect(numbers, Long.MAX_VALUE).join().stream().mapToLong(n -> n).sum());
          }
        };
    fixture.started(on -> on.register(server));
    Chat client = fixture.broker().client(Chat.class);
    SubmissionPublisher<String> lines = new SubmissionPublisher<>();

    CompletableFuture<List<String>> heard = collect(client.chat("tea", lines), Long.MAX_VALUE);
    await().until(() -> lines.getNumberOfSubscribers() == 1);
    lines.submit("hello");
    lines.submit("bye");
    lines.close();

    assertThat(heard.join()).containsExactly("tea: hello", "tea: bye");
    assertThat(client.sum(RangePublisher.ofLongs(10_000)).toList())
        .containsExactly(LongStream.rangeClosed(1, 10_000).sum());
  }

  @Test
  void aHandlerOfItemsRefusesACallerWithoutThem() {
    fixture.started(on -> on.register(new Summing()));

    assertThatThrownBy(
            () -> fixture.broker().publish(1, to(fixture.name("summing")).callback(Long.class)))
        .hasMessageContaining("takes a stream of items");
    assertThat(
            fixture.broker().stream(
                    null,
                    to(fixture.name("summing"))
                        .callback(Long.class)
                        .sending(RangePublisher.ofLongs(4)))
                .toList())
        .containsExactly(10L);
  }

  static class Summing {
    @Subscriber("${app.prefix}summing")
    long sum(Stream<Long> numbers) {
      return numbers.mapToLong(n -> n).sum();
    }
  }

  @Test
  void aCallerThatKnowsNothingOfCreditGetsAllItemsAndTheEnd() {
    fixture.started(on -> on.register(new Counts()));
    ForeignClient foreign = fixture.foreign();
    String replies = foreign.openReplies();

    foreign.send(
        fixture.name("count"),
        RawMessage.json("20")
            .with(RawMessage.Property.REPLY_TO, replies)
            .with(RawMessage.Property.CORRELATION_ID, "c-1"));

    for (int i = 1; i <= 20; i++) {
      RawMessage item = foreign.take(replies);
      assertThat(item.text()).isEqualTo(Integer.toString(i));
      assertThat(item.header("parley-seq")).isEqualTo(Integer.toString(i));
    }
    assertThat(foreign.take(replies).header("parley-status")).isEqualTo("END");
  }

  private static <T> CompletableFuture<List<T>> collect(Flow.Publisher<T> items, long demand) {
    Collector<T> collector = new Collector<>(demand);
    items.subscribe(collector);
    return collector.result.orTimeout(20, TimeUnit.SECONDS);
  }
}
