package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.Subscriber;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Contract §4: items in both directions of one call. */
abstract class TwoWayStreamContract extends Chapter {

  interface Chat {
    @Subscriber("${app.prefix}chat")
    Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines);

    @Subscriber("${app.prefix}sum")
    Stream<Long> sum(Flow.Publisher<Long> numbers);
  }

  /** Hands both directions to the test. */
  static class Hands implements Chat {
    final CompletableFuture<Flow.Publisher<String>> heard = new CompletableFuture<>();
    final SubmissionPublisher<String> said = new SubmissionPublisher<>();

    @Override
    public Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines) {
      heard.complete(lines);
      return said;
    }

    @Override
    public Stream<Long> sum(Flow.Publisher<Long> numbers) {
      return Stream.of(collect(numbers, Long.MAX_VALUE).join().stream().mapToLong(n -> n).sum());
    }

    CompletableFuture<List<String>> collectHeard() {
      return heard.thenCompose(lines -> collect(lines, Long.MAX_VALUE));
    }
  }

  private static <T> CompletableFuture<List<T>> collect(Flow.Publisher<T> items, long demand) {
    Collector<T> collector = new Collector<>(demand);
    items.subscribe(collector);
    return collector.result.orTimeout(20, TimeUnit.SECONDS);
  }

  private final Hands server = new Hands();
  private final SubmissionPublisher<String> mine = new SubmissionPublisher<>();

  /** A call under way in both directions; what the caller hears. */
  private Stalled begun(Broker client) {
    Stalled theirs = new Stalled(new AtomicInteger());
    client.client(Chat.class).chat("tea", mine).subscribe(theirs);
    theirs.request(Long.MAX_VALUE);
    await().until(() -> mine.getNumberOfSubscribers() == 1);
    await().until(() -> server.said.getNumberOfSubscribers() == 1);
    return theirs;
  }

  @Test
  void bothSidesSendItems() {
    fixture.started(
        on ->
            on.register(
                new Hands() {
                  @Override
                  public Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines) {
                    return new MappingPublisher<>(lines, line -> room + ": " + line);
                  }
                }));
    Chat client = fixture.broker().client(Chat.class);

    CompletableFuture<List<String>> heard = collect(client.chat("tea", mine), Long.MAX_VALUE);
    await().until(() -> mine.getNumberOfSubscribers() == 1);
    mine.submit("hello");
    mine.submit("bye");
    mine.close();

    assertThat(heard.join()).containsExactly("tea: hello", "tea: bye");
    assertThat(client.sum(RangePublisher.ofLongs(10_000)).toList())
        .containsExactly(LongStream.rangeClosed(1, 10_000).sum());
  }

  @Test
  void theCallerMayEndFirstAndStillHears() {
    fixture.started(on -> on.register(server));
    Broker client = fixture.broker();
    CompletableFuture<List<String>> heard = server.collectHeard();
    CompletableFuture<List<String>> theirs =
        collect(client.client(Chat.class).chat("tea", mine), Long.MAX_VALUE);
    await().until(() -> mine.getNumberOfSubscribers() == 1);

    mine.submit("hello");
    mine.close();
    assertThat(heard.join()).containsExactly("hello");
    await().until(() -> server.said.getNumberOfSubscribers() == 1);
    server.said.submit("still here");
    server.said.close();

    assertThat(theirs.join()).containsExactly("still here");
    Expect.noCallInFlight(client);
  }

  @Test
  void theServerMayEndFirstWhichEndsTheCallersItems() {
    fixture.started(on -> on.register(server));
    Broker client = fixture.broker();
    CompletableFuture<List<String>> heard = server.collectHeard();
    Stalled theirs = begun(client);

    server.said.submit("bye");
    server.said.close();

    assertThat(theirs.ended).succeedsWithin(Expect.AT_ONCE.plusSeconds(2));
    await().until(() -> mine.getNumberOfSubscribers() == 0); // it was cancelled
    assertThatThrownBy(heard::join).hasMessageContaining("has ended");
    Expect.noCallInFlight(client);
  }

  @Test
  void anErrorOfTheCallersItemsComesBehindThem() {
    fixture.started(
        on ->
            on.register(
                new Hands() {
                  @Override
                  public Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines) {
                    return lines; // the error comes back with them
                  }
                }));
    Stalled back = new Stalled(new AtomicInteger());
    fixture.broker().client(Chat.class).chat("tea", mine).subscribe(back);
    back.request(Long.MAX_VALUE);
    await().until(() -> mine.getNumberOfSubscribers() == 1);

    mine.submit("one");
    await().until(() -> back.seen() == 1); // an error overtakes what waits in this publisher
    mine.closeExceptionally(new IllegalStateException("no more tea"));

    assertThatThrownBy(back.ended::join)
        .hasCauseInstanceOf(HandlerFailedException.class)
        .hasMessageContaining("no more tea");
    assertThat(back.seen()).isEqualTo(1);
  }

  @Test
  void anErrorOfTheServersItemsCancelsTheCallers() {
    fixture.started(on -> on.register(server));
    Broker client = fixture.broker();
    Stalled theirs = begun(client);

    server.said.closeExceptionally(new IllegalStateException("kettle broken"));

    assertThatThrownBy(theirs.ended::join)
        .hasCauseInstanceOf(HandlerFailedException.class)
        .hasMessageContaining("kettle broken");
    await().until(() -> mine.getNumberOfSubscribers() == 0);
    Expect.noCallInFlight(client);
  }

  @Test
  void aServerThatWantsNoMoreItemsCancelsThemAndGoesOn() {
    fixture.started(on -> on.register(server));
    Broker client = fixture.broker();
    Stalled heard = new Stalled(new AtomicInteger());
    var unused = server.heard.thenAccept(lines -> lines.subscribe(heard));
    Stalled theirs = begun(client);
    heard.request(1);
    mine.submit("hello");
    await().until(() -> heard.seen() == 1);

    heard.cancel();

    await().until(() -> mine.getNumberOfSubscribers() == 0);
    server.said.submit("goes on");
    server.said.close();
    assertThat(theirs.ended).succeedsWithin(Expect.AT_ONCE.plusSeconds(2));
    assertThat(theirs.seen()).isEqualTo(1);
  }

  @Test
  void cancellingTheCallCancelsBothDirections() {
    Broker on = fixture.started(handlers -> handlers.register(server));
    Broker client = fixture.broker();
    CompletableFuture<List<String>> heard = server.collectHeard();
    Stalled theirs = begun(client);

    theirs.cancel();

    await().until(() -> mine.getNumberOfSubscribers() == 0);
    await().until(() -> server.said.getNumberOfSubscribers() == 0);
    assertThatThrownBy(heard::join).hasMessageContaining("has ended");
    Expect.counter(on, Counter.CANCELLED, 1);
    Expect.counter(client, Counter.CANCELS_SENT, 1);
    Expect.noCallInFlight(client);
  }

  @Test
  void aServerThatTakesNothingStopsTheCallersItemsAtItsCredit() {
    fixture.started(on -> on.register(server), "stream.credit", "20");
    AtomicInteger produced = new AtomicInteger();
    AtomicBoolean cancelled = new AtomicBoolean();
    RangePublisher<String> many =
        new RangePublisher<>(1_000_000, Long::toString, produced, cancelled);
    Stalled heard = new Stalled(new AtomicInteger());
    var unused = server.heard.thenAccept(lines -> lines.subscribe(heard));
    Stalled theirs = new Stalled(new AtomicInteger());
    fixture.broker().client(Chat.class).chat("tea", many).subscribe(theirs);

    await().until(() -> produced.get() >= 20);
    heard.request(5);
    await().until(() -> heard.seen() == 5);
    assertThat(produced.get()).isLessThanOrEqualTo(25);

    theirs.cancel();
    await().untilTrue(cancelled);
    assertThat(produced.get()).isLessThanOrEqualTo(25);
  }

  @Test
  void theCallersItemsGoToTheOneServerThatHasTheCall() {
    Set<String> instances = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 3; i++) {
      String instance = "server " + i;
      fixture.started(
          on ->
              on.register(
                  new Hands() {
                    @Override
                    public Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines) {
                      return new MappingPublisher<>(
                          lines,
                          line -> {
                            instances.add(instance);
                            return instance;
                          });
                    }
                  }));
    }

    for (int call = 0; call < 6; call++) {
      instances.clear();
      RangePublisher<String> lines =
          new RangePublisher<>(500, Long::toString, new AtomicInteger(), new AtomicBoolean());
      List<String> answers =
          collect(fixture.broker().client(Chat.class).chat("tea", lines), Long.MAX_VALUE).join();

      assertThat(answers).hasSize(500).containsOnly(instances.iterator().next());
      assertThat(instances).hasSize(1);
    }
  }

  static class Summing {
    @Subscriber("${app.prefix}summing")
    long sum(Stream<Long> numbers) {
      return numbers.mapToLong(n -> n).sum();
    }
  }

  @Test
  void aHandlerOfItemsRefusesACallerWithoutThem() {
    fixture.started(on -> on.register(new Summing()));

    assertThatThrownBy(
            () -> fixture.broker().publish(1, to(fixture.name("summing")).callback(Long.class)))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MESSAGE))
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
}
