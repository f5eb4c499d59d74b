package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static dev.parley.SubscribeOptions.broadcast;
import static dev.parley.SubscribeOptions.topic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Tick;
import dev.parley.spi.Capability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contract §2: queues and topics. */
abstract class TopicContract extends Chapter {

  @Test
  void eachMessageOfAQueueGoesToOneOfAllInstances() throws Exception {
    String queue = fixture.name("shared");
    Seen<Integer> seen = new Seen<>();
    Broker one = fixture.started(on -> on.consume(queue, Integer.class, seen));
    Broker two = fixture.started(on -> on.consume(queue, Integer.class, seen));

    for (int i = 0; i < 100; i++) {
      one.publish(i, to(queue));
    }

    assertThat(seen.next(100)).doesNotHaveDuplicates();
    seen.assertNothingMore();
    assertThat(one.counters().get(Counter.HANDLED)).isPositive();
    assertThat(two.counters().get(Counter.HANDLED)).isPositive();
  }

  @Test
  void everyGroupGetsACopyAndSharesItInside() throws Exception {
    String prices = fixture.name("prices");
    Seen<Integer> billing = new Seen<>();
    Seen<Integer> audit = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(topic(prices, "billing"), Integer.class, billing));
    fixture.started(
        on -> {
          on.consume(topic(prices, "billing"), Integer.class, billing);
          on.consume(topic(prices, "audit"), Integer.class, audit);
        });

    for (int i = 0; i < 20; i++) {
      broker.publish(i, toTopic(prices));
    }

    assertThat(billing.next(20)).doesNotHaveDuplicates();
    assertThat(audit.next(20)).doesNotHaveDuplicates();
    billing.assertNothingMore();
    assertThat(audit.waiting()).isZero();
  }

  /** Topics by annotation. */
  static final class Prices {
    final Seen<Tick> grouped = new Seen<>();
    final Seen<Message<Tick>> everywhere = new Seen<>();

    @Subscriber(topic = "${app.prefix}prices", group = "${app.group:billing}")
    void bill(Tick tick) {
      grouped.handle(tick);
    }

    @Subscriber(topic = "${app.prefix}prices", broadcast = true)
    void show(Message<Tick> tick) {
      everywhere.handle(tick);
    }
  }

  @Test
  void everyInstanceGetsACopyOfABroadcast() throws Exception {
    Prices one = new Prices();
    Prices two = new Prices();
    Broker broker = fixture.started(on -> on.register(one));
    fixture.started(on -> on.register(two));

    broker.publish(new Tick("ACME", 1), toTopic(fixture.name("prices")));

    assertThat(one.everywhere.next().body()).isEqualTo(new Tick("ACME", 1));
    Message<Tick> second = two.everywhere.next();
    assertThat(second.body()).isEqualTo(new Tick("ACME", 1));
    assertThat(second.queue()).isEqualTo(fixture.name("prices"));
    assertThat(second.key()).contains("ACME");
    Expect.letPass(java.time.Duration.ofMillis(100));
    assertThat(one.grouped.waiting() + two.grouped.waiting()).as("one for the group").isOne();
  }

  @Test
  void aBroadcastIsReceivedFromNowOn() throws Exception {
    String news = fixture.name("news");
    Broker publisher = fixture.broker();
    publisher.declareTopic(news);
    publisher.publish("old", toTopic(news));
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(broadcast(news), String.class, seen));
    publisher.publish("new", toTopic(news));

    assertThat(seen.next()).isEqualTo("new");
    seen.assertNothingMore();
  }

  @Test
  void aFailedBroadcastIsNeitherRetriedNorADeadLetter() throws Exception {
    String news = fixture.name("news");
    Seen<String> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    broadcast(news),
                    String.class,
                    body -> {
                      seen.handle(body);
                      throw new IllegalStateException("no");
                    }));

    broker.publish("1", toTopic(news));
    broker.publish("2", toTopic(news));

    assertThat(seen.next(2)).containsExactly("1", "2");
    seen.assertNothingMore();
    Expect.counter(broker, Counter.FAILED, 2);
    assertThat(broker.counters().get(Counter.RETRIED)).isZero();
    assertThat(broker.counters().get(Counter.DEAD_LETTERED)).isZero();
  }

  @Test
  void aGroupDeclaredAheadKeepsItsMessages() throws Exception {
    String news = fixture.name("news");
    Broker publisher = fixture.broker();
    publisher.declareGroup(news, "archive");
    publisher.publish("early", toTopic(news));
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(topic(news, "archive"), String.class, seen));

    assertThat(seen.next()).isEqualTo("early");
  }

  @Test
  void aGroupKeepsItsMessagesWhileNobodyIsThere() throws Exception {
    String news = fixture.name("news");
    Broker publisher = fixture.broker();
    Broker first = fixture.started(on -> on.consume(topic(news, "g"), String.class, body -> {}));
    first.close();
    publisher.publish("while away", toTopic(news));
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(topic(news, "g"), String.class, seen));

    assertThat(seen.next()).isEqualTo("while away");
  }

  @Test
  void aNewGroupStartsAtTheEarliestMessage() throws Exception {
    fixture.require(Capability.GROUP_STARTS_AT_EARLIEST);
    String news = fixture.name("news");
    Broker publisher = fixture.broker();
    publisher.declareTopic(news);
    publisher.publish("before", toTopic(news));
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(topic(news, "new"), String.class, seen));

    assertThat(seen.next()).isEqualTo("before");
  }

  @Test
  void aGroupsFailuresAreItsOwn() throws Exception {
    String news = fixture.name("news");
    Seen<String> good = new Seen<>();
    Seen<Message<String>> dead = new Seen<>();
    Seen<Integer> attempts = new Seen<>();
    Broker broker =
        fixture.started(
            on -> {
              on.consume(topic(news, "good"), String.class, good);
              on.consume(
                  topic(news, "bad").retry(1),
                  new TypeRef<Message<String>>() {},
                  message -> {
                    attempts.handle(message.attempt());
                    throw new IllegalStateException("no");
                  });
              on.consume(
                  dev.parley.SubscribeOptions.queue(news + ".dead"),
                  new TypeRef<Message<String>>() {},
                  dead);
            });

    broker.publish("x", toTopic(news));

    assertThat(good.next()).isEqualTo("x");
    assertThat(attempts.next(2)).containsExactly(1, 2);
    Message<String> letter = dead.next();
    assertThat(letter.body()).isEqualTo("x");
    assertThat(letter.headers())
        .containsEntry("parley-origin", news)
        .containsEntry("parley-group", "bad");
    good.assertNothingMore(); // the retry was for the failed group alone
  }

  @Test
  void messagesOfOneKeyAreHandledInOrderAndKeysAtOnce() throws Exception {
    String ticks = fixture.name("ticks");
    Seen<Tick> seen = new Seen<>();
    Gate gate = new Gate();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    topic(ticks, "g").concurrency(4),
                    Tick.class,
                    tick -> {
                      if (tick.number() == 0) {
                        gate.pass(); // the first of each key waits for the first of the others
                      }
                      seen.handle(tick);
                    }));

    for (int number = 0; number < 25; number++) {
      for (String symbol : List.of("A", "B", "C")) {
        broker.publish(new Tick(symbol, number), toTopic(ticks));
      }
    }
    gate.awaitEntered(3);
    assertThat(seen.waiting()).isZero();
    gate.open();

    List<Tick> all = seen.next(75);
    for (String symbol : List.of("A", "B", "C")) {
      List<Integer> numbers = new ArrayList<>();
      all.stream().filter(t -> t.symbol().equals(symbol)).forEach(t -> numbers.add(t.number()));
      assertThat(numbers).as(symbol).hasSize(25).isSorted();
    }
  }
}
