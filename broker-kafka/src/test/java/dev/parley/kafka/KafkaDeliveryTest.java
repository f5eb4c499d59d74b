package dev.parley.kafka;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Message;
import dev.parley.RetryAfter;
import dev.parley.SubscribeOptions;
import dev.parley.TypeRef;
import dev.parley.conformance.brokers.RealBrokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Places in a group, rebalances and offsets, as the applications see them. */
@Timeout(90)
class KafkaDeliveryTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final String prefix = "d" + UUID.randomUUID().toString().substring(0, 8) + ".";
  private final List<Broker> brokers = new ArrayList<>();

  @AfterEach
  void close() {
    brokers.forEach(Broker::close);
  }

  private Broker broker(String... settings) {
    Broker.Builder builder = Broker.builder().url(RealBrokers.kafka().url());
    for (int i = 0; i < settings.length; i += 2) {
      builder.setting(settings[i], settings[i + 1]);
    }
    Broker broker = builder.build();
    brokers.add(broker);
    return broker;
  }

  @Test
  void aHandlerSlowerThanTheLongestPollIntervalKeepsItsPlace() throws Exception {
    String queue = prefix + "slow";
    List<String> handled = new CopyOnWriteArrayList<>();
    CountDownLatch release = new CountDownLatch(1);
    Broker server =
        broker(
            "kafka.client.max.poll.interval.ms", "1500", "kafka.client.session.timeout.ms", "6000");
    server.consume(
        queue,
        String.class,
        body -> {
          handled.add(body);
          assertThat(release.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        });
    server.start();
    server.publish("one", to(queue));
    await().atMost(LIMIT).until(() -> handled.size() == 1);
    long begin = System.nanoTime();

    // twice the interval, with nothing but heartbeats and empty polls
    await().atMost(LIMIT).until(() -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(3));
    release.countDown();
    server.publish("two", to(queue));

    await().atMost(LIMIT).until(() -> handled.contains("two"));
    assertThat(handled).containsExactly("one", "two");
  }

  @Test
  void aRebalanceDuringARetryDelaySkipsNothingAndTheAttemptGoesOnCounting() {
    String queue = prefix + "rebalanced";
    List<String> handled = new CopyOnWriteArrayList<>();
    List<Integer> attempts = new CopyOnWriteArrayList<>();
    Broker first = server(queue, handled, attempts);
    for (int i = 0; i < 20; i++) {
      first.publish(i % 5 == 0 ? "bad" + i : "good" + i, to(queue));
    }
    await().atMost(LIMIT).until(() -> attempts.size() == 4 && handled.size() == 16);

    server(queue, handled, attempts); // takes half of the partitions in the middle of the delay

    await().atMost(LIMIT).until(() -> handled.size() >= 20);
    assertThat(handled)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 20).mapToObj(i -> i % 5 == 0 ? "bad" + i : "good" + i).toList());
    assertThat(attempts).containsExactlyInAnyOrder(1, 1, 1, 1, 2, 2, 2, 2);
  }

  private Broker server(String queue, List<String> handled, List<Integer> attempts) {
    Broker server = broker();
    server.consume(
        queue(queue).concurrency(2),
        new TypeRef<Message<String>>() {},
        message -> {
          if (String.valueOf(message.body()).startsWith("bad")) {
            attempts.add(message.attempt());
            if (message.attempt() == 1) {
              throw new RetryAfter(Duration.ofSeconds(6));
            }
          }
          handled.add(message.body());
        });
    server.start();
    return server;
  }

  @Test
  void whoeverClosesHasLeftItsGroupInTheMiddleOfARebalanceToo() throws Exception {
    String topic = prefix + "left";
    String group = prefix + "leavers";
    try (RawKafka raw = new RawKafka(RealBrokers.kafka().url())) {
      for (int i = 0; i < 9; i++) {
        Broker first = member(topic, group);
        first.start();
        Broker second = member(topic, group);
        CompletableFuture<Void> joining = CompletableFuture.runAsync(second::start);
        if (i % 3 == 0) {
          joining.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } else if (i % 3 == 1) {
          await().atMost(LIMIT).until(() -> raw.members(group) == 2); // and waits for the first
          second.close();
        }
        first.close();
        await().atMost(LIMIT).until(joining::isDone); // or failed, where it was closed meanwhile
        second.close();

        await().atMost(Duration.ofSeconds(5)).until(() -> raw.members(group) == 0);
      }
    }
  }

  private Broker member(String topic, String group) {
    Broker member = broker();
    member.consume(SubscribeOptions.topic(topic, group), String.class, body -> {});
    return member;
  }

  @Test
  void aTopicThatIsDeletedAndMadeAgainIsReadFromItsBeginning() throws Exception {
    String queue = prefix + "again";
    List<Integer> handled = new CopyOnWriteArrayList<>();
    CountDownLatch release = new CountDownLatch(1);
    Broker server = broker();
    server.consume(
        queue(queue).concurrency(2).with(KafkaQueueSpec.DEFAULT.partitions(1)),
        Integer.class,
        number -> {
          if (number == 20) {
            assertThat(release.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
          }
          handled.add(number);
        });
    server.start();
    for (int i = 1; i <= 20; i++) {
      server.publish(i, to(queue));
    }
    await().atMost(LIMIT).until(() -> handled.size() == 19);

    try (RawKafka raw = new RawKafka(RealBrokers.kafka().url())) {
      raw.delete(queue);
      await().atMost(LIMIT).until(() -> !raw.topics().contains(queue));
      raw.create(queue, 1);
      for (int i = 101; i <= 130; i++) {
        raw.send(new ProducerRecord<>(queue, String.valueOf(i).getBytes(UTF_8)));
      }
    }
    release.countDown(); // its offset is committed to the group of the new topic

    List<Integer> all = IntStream.rangeClosed(101, 130).boxed().toList();
    await().atMost(LIMIT).untilAsserted(() -> assertThat(handled).containsAll(all));
  }

  @Test
  void oneMessageThatNeverFinishesHoldsUpNothingButItsPartitionAtTheWindow() throws Exception {
    String queue = prefix + "stuck";
    List<Integer> handled = new CopyOnWriteArrayList<>();
    CountDownLatch release = new CountDownLatch(1);
    Broker server = broker("kafka.window", "50");
    server.consume(
        queue(queue).concurrency(4).with(KafkaQueueSpec.DEFAULT.partitions(1)),
        Integer.class,
        number -> {
          if (number == 0) {
            assertThat(release.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
          }
          handled.add(number);
        });
    server.start();
    for (int i = 0; i < 40; i++) {
      server.publish(i, to(queue));
    }
    await().atMost(LIMIT).until(() -> handled.size() == 39);
    server.close(Duration.ofMillis(100)); // the stuck one is given up
    release.countDown();

    List<Integer> again = new CopyOnWriteArrayList<>();
    Broker next = broker();
    next.consume(queue, Integer.class, again::add);
    next.start();
    next.publish(100, to(queue));

    await().atMost(LIMIT).until(() -> again.contains(100));
    assertThat(again).as("what was done past the stuck one is remembered").containsExactly(0, 100);
  }

  @Test
  void messagesWithoutAKeyKeepTheirOrderWhereThereIsOnePartition() throws Exception {
    String queue = prefix + "ordered";
    List<Integer> handled = new CopyOnWriteArrayList<>();
    Broker broker = broker();
    broker.consume(
        queue(queue).with(KafkaQueueSpec.DEFAULT.partitions(1)), Integer.class, handled::add);
    broker.start();
    List<CompletableFuture<@Nullable Void>> publishes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      publishes.add(broker.publishAsync(i, to(queue)));
    }
    for (CompletableFuture<@Nullable Void> publish : publishes) {
      publish.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    await().atMost(LIMIT).until(() -> handled.size() == 300);
    assertThat(handled).isSorted();
  }
}
