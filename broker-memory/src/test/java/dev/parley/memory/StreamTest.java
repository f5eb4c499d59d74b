package dev.parley.memory;

import static dev.parley.PublishOptions.to;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import java.util.Map;
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

class StreamTest extends Workshop {

  interface Counting {
    @Subscriber("count")
    Stream<Integer> count(int to);

    @Subscriber("iterate")
    Iterator<Integer> iterate(int to);

    @Subscriber("push")
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
    started(on -> on.register(new Counts()));
    Counting client = broker().client(Counting.class);

    assertThat(client.count(1000)).containsExactlyElementsOf(upTo(1000));
    assertThat(client.iterate(1000)).toIterable().containsExactlyElementsOf(upTo(1000));
    assertThat(collect(client.push(1000), Long.MAX_VALUE).join())
        .containsExactlyElementsOf(upTo(1000));
    assertThat(client.count(0)).isEmpty();
  }

  @Test
  void aMillionItemsGoThrough() {
    Broker server = started(on -> on.register(new Counts()));
    Broker client = broker();

    long sum = client.client(Counting.class).count(1_000_000).mapToLong(i -> i).sum();

    assertThat(sum).isEqualTo(500_000_500_000L);
    assertThat(server.counters().get(Counter.ITEMS_SENT)).isEqualTo(1_000_000);
    assertThat(client.counters().callsInFlight()).isZero();
  }

  @Test
  void aReaderThatStopsStopsTheProducerAtTheCreditItGranted() {
    Counts counts = new Counts();
    started(on -> on.register(counts));
    Broker client = broker();
    AtomicInteger seen = new AtomicInteger();
    Stalled stalled = new Stalled(seen);

    client
        .streamAsync(1_000_000, to("count").callback(Integer.class).credit(50))
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
    started(on -> on.register(counts));
    Stalled stalled = new Stalled(new AtomicInteger());

    broker()
        .streamAsync(1_000_000, to("push").callback(Integer.class).credit(50))
        .subscribe(stalled);

    await().until(() -> counts.produced.get() == 50);
    stalled.cancel();
    await().untilTrue(counts.cancelled);
    assertThat(counts.produced).hasValue(50);
  }

  @Test
  void closingTheStreamStopsTheProducerAndIsCountedOnBothSides() {
    Counts counts = new Counts();
    Broker server = started(on -> on.register(counts));
    Broker client = broker();

    try (Stream<Integer> stream =
        client.stream(1_000_000_000, to("count").callback(Integer.class))) {
      assertThat(stream.limit(3)).containsExactly(1, 2, 3);
    }

    await().untilTrue(counts.closed);
    await().until(() -> server.counters().get(Counter.CANCELLED) == 1);
    assertThat(client.counters().get(Counter.CANCELS_SENT)).isEqualTo(1);
    assertThat(client.counters().callsInFlight()).isZero();
  }

  @Test
  void anErrorComesBehindTheItemsBeforeIt() {
    started(
        on ->
            on.subscribe(
                "broken",
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
    Iterator<Integer> items = broker().stream(3, to("broken").callback(Integer.class)).iterator();

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
    started(on -> on.register(new Counts()));
    Broker client = broker();

    assertThatThrownBy(() -> client.stream(1, to("nowhere").callback(Integer.class)).count())
        .isInstanceOf(NoHandlerException.class);
    assertThatThrownBy(() -> client.stream("x", to("count").callback(Integer.class)).count())
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MESSAGE));
    assertThatThrownBy(
            () -> collect(client.streamAsync(1, to("nowhere").callback(Integer.class)), 1).join())
        .hasCauseInstanceOf(NoHandlerException.class);
  }

  @Test
  void aPlainReplyIsAStreamOfOne() {
    started(on -> on.subscribe("plain", Integer.class, n -> n * 2));

    assertThat(broker().stream(21, to("plain").callback(Integer.class))).containsExactly(42);
  }

  @Test
  void aProducerThatThinksIsHeardAndTheIdleTimeoutEndsTheWait() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    started(
        on ->
            on.subscribe(
                "slow",
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
        broker("stream.heartbeat", "90ms").stream(
                1, to("slow").callback(Integer.class).idleTimeout(ofMillis(1_500)))
            .iterator();

    assertThat(items.next()).isEqualTo(1);
    assertThatThrownBy(items::hasNext)
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("No further item from queue \"slow\" within PT1.5S");
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
    Broker server = started(on -> on.register(counts));
    Broker client = broker();
    AtomicLong seen = new AtomicLong();

    assertThatThrownBy(
            () ->
                client.stream(
                        1_000_000_000, to("count").callback(Integer.class).timeout(ofMillis(900)))
                    .forEach(i -> seen.incrementAndGet()))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(seen.get()).isPositive();
    await().untilTrue(counts.closed);
    assertThat(server.counters().get(Counter.CANCELLED)).isEqualTo(1);
  }

  @Test
  void aServerThatClosesTellsItsCaller() {
    Counts counts = new Counts();
    Broker server = started(on -> on.register(counts));
    Broker client = broker();
    Stalled stalled = new Stalled(new AtomicInteger());
    client.streamAsync(1_000_000, to("count").callback(Integer.class)).subscribe(stalled);
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
    started(on -> on.register(counts));
    Broker client = broker();
    Stalled stalled = new Stalled(new AtomicInteger());
    client.streamAsync(1_000_000, to("count").callback(Integer.class)).subscribe(stalled);
    await().until(() -> counts.produced.get() >= 200);

    client.close();

    assertThat(stalled.ended).isCompletedExceptionally();
    await().untilTrue(counts.closed);
  }

  interface Chat {
    @Subscriber("chat")
    Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines);

    @Subscriber("sum")
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
    started(on -> on.register(server));
    Chat client = broker().client(Chat.class);
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
    started(on -> on.register(new Summing()));

    assertThatThrownBy(() -> broker().publish(1, to("summing").callback(Long.class)))
        .hasMessageContaining("takes a stream of items");
    assertThat(
            broker().stream(
                    null, to("summing").callback(Long.class).sending(RangePublisher.ofLongs(4)))
                .toList())
        .containsExactly(10L);
  }

  static class Summing {
    @Subscriber("summing")
    long sum(Stream<Long> numbers) {
      return numbers.mapToLong(n -> n).sum();
    }
  }

  @Test
  void aCallerThatKnowsNothingOfCreditGetsAllItems() throws Exception {
    started(on -> on.register(new Counts()));
    try (ForeignCaller foreign = new ForeignCaller(url())) {
      assertThat(foreign.call("count", "300", Map.of())).hasSize(301).endsWith("300", "END");
    }
  }

  private static <T> CompletableFuture<List<T>> collect(Flow.Publisher<T> items, long demand) {
    Collector<T> collector = new Collector<>(demand);
    items.subscribe(collector);
    return collector.result.orTimeout(20, TimeUnit.SECONDS);
  }
}
