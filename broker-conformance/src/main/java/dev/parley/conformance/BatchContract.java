package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Batch;
import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import dev.parley.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Contract §1: many messages at once, by size and linger. */
abstract class BatchContract extends Chapter {

  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void aBatchIsHandledAsSoonAsItIsFull() throws Exception {
    String queue = fixture.name("full");
    Seen<List<Integer>> batches = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).batch(5, LONG),
                    new TypeRef<Batch<Integer>>() {},
                    batch -> batches.handle(new ArrayList<>(batch.bodies()))));

    for (int i = 0; i < 10; i++) {
      broker.publish(i, to(queue));
    }

    List<Integer> first = batches.next();
    List<Integer> second = batches.next();
    assertThat(List.of(first, second)).allSatisfy(batch -> assertThat(batch).hasSize(5));
    List<Integer> all = Stream.concat(first.stream(), second.stream()).toList();
    assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    if (fixture.capabilities().contains(Capability.ORDER_WITHOUT_KEY)) {
      assertThat(all).isSorted();
    }
    Expect.counter(broker, Counter.HANDLED, 10);
  }

  @Test
  void aBatchIsHandledWhenItsFirstMessageHasWaitedLongEnough() throws Exception {
    String queue = fixture.name("lingering");
    Seen<Integer> sizes = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).batch(100, Duration.ofMillis(300)),
                    new TypeRef<Batch<String>>() {},
                    batch -> sizes.handle(batch.size())));
    long begin = System.nanoTime();

    broker.publish("1", to(queue));
    broker.publish("2", to(queue));

    int size = sizes.next();
    assertThat(Expect.since(begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    assertThat(size).isEqualTo(2);
  }

  /** A batch by annotation, with its messages. */
  static final class Bulk {
    final Seen<Batch<Order>> seen = new Seen<>();

    @Subscriber(value = "${app.prefix}bulk", batchSize = "2", batchLinger = "20s")
    void store(Batch<Order> orders) {
      seen.handle(orders);
    }
  }

  @Test
  void theMessagesOfABatchShowWhatCameWithThem() throws Exception {
    Bulk handlers = new Bulk();
    Broker broker = fixture.started(on -> on.register(handlers));

    broker.publish(new Order("a", 1), to(fixture.name("bulk")).header("n", "1").messageId("m-1"));
    broker.publish(new Order("b", 2), to(fixture.name("bulk")).header("n", "2").messageId("m-2"));

    List<Message<Order>> messages = handlers.seen.next().messages();
    assertThat(messages).extracting(Message::body).extracting(Order::id).containsExactly("a", "b");
    assertThat(messages).extracting(m -> m.messageId().orElse("")).containsExactly("m-1", "m-2");
    assertThat(messages).extracting(m -> m.header("n").orElse("")).containsExactly("1", "2");
  }

  @Test
  void aListIsOneBodyAndNoBatch() throws Exception {
    String queue = fixture.name("list");
    Seen<List<Integer>> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<List<Integer>>() {}, seen));

    broker.publish(List.of(1, 2), to(queue));
    broker.publish(List.of(3), to(queue));

    assertThat(seen.next(2)).containsExactly(List.of(1, 2), List.of(3));
  }

  @Test
  void aBatchFailsTogetherAndItsMessagesComeAgain() throws Exception {
    String queue = fixture.name("failing");
    AtomicInteger calls = new AtomicInteger();
    Seen<String> handled = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).batch(3, Duration.ofMillis(100)).retry(2),
                    new TypeRef<Batch<String>>() {},
                    batch -> {
                      if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("not this time");
                      }
                      for (Message<String> message : batch) {
                        handled.handle(message.body() + message.attempt());
                      }
                    }));

    for (String body : List.of("a", "b", "c")) {
      broker.publish(body, to(queue));
    }

    assertThat(handled.next(3)).containsExactlyInAnyOrder("a2", "b2", "c2");
    Expect.counter(broker, Counter.FAILED, 3);
    Expect.counter(broker, Counter.HANDLED, 3);
  }

  @Test
  void aMessageThatCannotBeDecodedDoesNotSpoilItsBatch() throws Exception {
    String queue = fixture.name("mixed");
    Seen<String> handled = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).batch(3, Duration.ofMillis(300)),
                    new TypeRef<Batch<Order>>() {},
                    batch -> batch.forEach(message -> handled.handle(message.toString()))));

    broker.publish(new Order("a", 1), to(queue));
    broker.publish("no order", to(queue));
    broker.publish(new Order("b", -1), to(queue)); // fails validation
    broker.publish(new Order("c", 1), to(queue));

    assertThat(handled.next(2)).hasSize(2);
    Expect.counter(broker, Counter.HANDLED, 2);
    Expect.counter(broker, Counter.INVALID, 2);
    Expect.counter(broker, Counter.DEAD_LETTERED, 2);
  }

  @Test
  void aBatchLargerThanThePrefetchGetsItsMessages() throws Exception {
    String queue = fixture.name("larger");
    Seen<Integer> sizes = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).batch(20, Duration.ofSeconds(2)),
                    new TypeRef<Batch<Integer>>() {},
                    batch -> sizes.handle(batch.size())),
            "handler.prefetch",
            "4");

    for (int i = 0; i < 20; i++) {
      broker.publish(i, to(queue));
    }

    int sum = 0;
    while (sum < 20) {
      sum += sizes.next();
    }
    assertThat(sum).isEqualTo(20);
  }

  @Test
  void callersOfABatchAreAnsweredOneByOne() {
    String queue = fixture.name("called");
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).batch(10, Duration.ofMillis(50)),
                    new TypeRef<Batch<Order>>() {},
                    batch -> {}));

    broker.request(new Order("a", 1), to(queue).callback(Void.class));
    Expect.failsAtOnce(
        ErrorCode.INVALID_MESSAGE,
        () -> broker.request(new Order("", 0), to(queue).callback(Void.class)));
  }
}
