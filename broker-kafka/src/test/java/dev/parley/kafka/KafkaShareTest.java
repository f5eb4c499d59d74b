package dev.parley.kafka;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Message;
import dev.parley.TypeRef;
import dev.parley.conformance.brokers.RealBrokers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queues that are read by share groups. */
@Timeout(90)
class KafkaShareTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String prefix = "s" + UUID.randomUUID().toString().substring(0, 8) + ".";
  private final List<Broker> brokers = new ArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    brokers.forEach(Broker::close);
  }

  private Broker broker() {
    Broker broker =
        Broker.builder()
            .url(RealBrokers.kafka().url())
            .setting("kafka.partitions", "1")
            .setting("kafka.share", "1")
            .setting("retry.backoff.initial", "20ms")
            .build();
    brokers.add(broker);
    return broker;
  }

  private void waitForRelease() throws InterruptedException {
    assertThat(release.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void moreConsumersThanPartitionsShareTheWork() {
    String queue = prefix + "shared";
    AtomicInteger working = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      Broker server = broker();
      server.consume(
          queue(queue).prefetch(1),
          Integer.class,
          body -> {
            working.incrementAndGet();
            waitForRelease();
          });
      server.start();
    }

    for (int i = 0; i < 3; i++) {
      brokers.get(0).publish(i, to(queue)); // one partition, and each takes as long as we like
    }

    await().atMost(LIMIT).until(() -> working.get() == 3);
  }

  @Test
  void aHandlerThatTakesLongerThanTheLockKeepsItsRecord() throws Exception {
    String queue = prefix + "slow";
    lock(queue, Duration.ofSeconds(1));
    List<Integer> handled = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 2; i++) {
      Broker server = broker();
      server.consume(
          queue(queue).concurrency(2).prefetch(4),
          Integer.class,
          body -> {
            handled.add(body);
            if (body == 0) {
              waitForRelease();
            }
          });
      server.start();
    }
    brokers.get(0).publish(0, to(queue));
    await().atMost(LIMIT).until(() -> handled.size() == 1);
    long begin = System.nanoTime();

    await().atMost(LIMIT).until(() -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(4));
    release.countDown();
    brokers.get(0).publish(1, to(queue));

    await().atMost(LIMIT).until(() -> handled.contains(1));
    assertThat(handled).containsExactly(0, 1);
  }

  private static void lock(String group, Duration duration) throws Exception {
    try (RawKafka raw = new RawKafka(RealBrokers.kafka().url())) {
      ConfigEntry entry =
          new ConfigEntry("share.record.lock.duration.ms", Long.toString(duration.toMillis()));
      raw.admin()
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, group),
                  List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void eachRecordIsAcknowledgedByItself() {
    String queue = prefix + "single";
    List<Integer> handled = new CopyOnWriteArrayList<>();
    Broker first = broker();
    first.consume(
        queue(queue).concurrency(4).prefetch(12),
        Integer.class,
        body -> {
          if (body == 0) {
            waitForRelease(); // the first of the partition is never finished here
          }
          handled.add(body);
        });
    first.declare(queue);
    for (int i = 0; i < 10; i++) {
      first.publish(i, to(queue));
    }
    first.start();
    await().atMost(LIMIT).until(() -> handled.size() == 9);
    first.close(Duration.ofMillis(200)); // gives it up
    List<Integer> again = new CopyOnWriteArrayList<>();
    Broker second = broker();
    second.consume(queue, Integer.class, again::add);
    second.start();

    second.publish(10, to(queue));

    await().atMost(LIMIT).until(() -> again.contains(10) && again.contains(0));
    assertThat(again).containsExactlyInAnyOrder(0, 10);
  }

  @Test
  void failedAttemptsAreCountedAndEndAsADeadLetter() {
    String queue = prefix + "failing";
    List<Integer> attempts = new CopyOnWriteArrayList<>();
    List<Message<String>> dead = new CopyOnWriteArrayList<>();
    Broker server = broker();
    server.consume(
        queue(queue).retry(6),
        new TypeRef<Message<String>>() {},
        message -> {
          attempts.add(message.attempt());
          throw new IllegalStateException("as always");
        });
    server.start();

    server.publish("bad", to(queue));

    await().atMost(LIMIT).until(() -> attempts.size() == 7);
    Broker undertaker = broker();
    undertaker.consume(queue(queue + ".dead"), new TypeRef<Message<String>>() {}, dead::add);
    undertaker.start();
    await().atMost(LIMIT).until(() -> dead.size() == 1);
    assertThat(attempts).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(dead.get(0).body()).isEqualTo("bad");
    assertThat(dead.get(0).header("parley-attempts")).contains("7");
  }

  @Test
  void aRecordThatWasDeliveredInVainTooOftenIsNotLost() throws Exception {
    String queue = prefix + "vain";
    Broker server = broker();
    server.declare(queue);
    try (RawKafka raw = new RawKafka(RealBrokers.kafka().url())) {
      raw.send(new ProducerRecord<>(queue, "x".getBytes(StandardCharsets.UTF_8)));
    }
    earliest(queue);
    deliverInVain(queue, 2);
    List<String> handled = new CopyOnWriteArrayList<>();

    server.consume(queue, String.class, handled::add);
    server.start();

    await().atMost(LIMIT).until(() -> handled.size() == 1); // by way of the retry topic
  }

  private static void earliest(String group) throws Exception {
    try (RawKafka raw = new RawKafka(RealBrokers.kafka().url())) {
      ShareGroups.configure(raw.admin(), group)
          .toCompletableFuture()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void deliverInVain(String queue, int times) {
    try (KafkaShareConsumer<byte[], byte[]> consumer =
        new KafkaShareConsumer<>(
            Map.of(
                "bootstrap.servers",
                RealBrokers.kafka().url().substring("kafka://".length()),
                "group.id",
                queue,
                "share.acknowledgement.mode",
                "explicit"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(queue));
      int delivered = 0;
      while (delivered < times) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
          consumer.acknowledge(each, AcknowledgeType.RELEASE);
          delivered++;
        }
        consumer.commitSync();
      }
    }
  }

  @Test
  void aDelayIsKeptWithoutHoldingUpOthers() {
    String queue = prefix + "delayed";
    List<Integer> handled = new CopyOnWriteArrayList<>();
    Broker server = broker();
    server.consume(queue(queue).prefetch(1), Integer.class, handled::add);
    server.start();

    server.publish(0, to(queue).delay(Duration.ofHours(1)));
    server.publish(6, to(queue).delay(Duration.ofSeconds(1)));
    long begin = System.nanoTime();
    IntStream.range(1, 6).forEach(i -> server.publish(i, to(queue)));

    await().atMost(LIMIT).until(() -> handled.contains(6));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(900));
    await().atMost(LIMIT).until(() -> handled.size() == 6);
    assertThat(handled).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
  }
}
