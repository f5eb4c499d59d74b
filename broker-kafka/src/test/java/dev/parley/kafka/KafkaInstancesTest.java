package dev.parley.kafka;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.conformance.brokers.RealBrokers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several instances of clients and servers on one cluster. */
@Timeout(150)
class KafkaInstancesTest {

  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final int REQUESTS = 1_000;

  private final String prefix = "i" + UUID.randomUUID().toString().substring(0, 8) + ".";
  private final List<Broker> brokers = new ArrayList<>();
  private final CountDownLatch others = new CountDownLatch(1);

  @AfterEach
  void close() {
    brokers.parallelStream().forEach(Broker::close);
  }

  private Broker broker() {
    Broker broker = Broker.builder().url(RealBrokers.kafka().url()).build();
    brokers.add(broker);
    return broker;
  }

  /** Fifty share the 32 partitions of the reply topic. */
  @ParameterizedTest
  @ValueSource(ints = {2, 10, 50})
  void instancesNeverLoseOrCompleteEachOthersCalls(int instances) throws Exception {
    String queue = prefix + "echo";
    Broker server = broker();
    server.subscribe(queue(queue).concurrency(8), String.class, body -> "re " + body);
    server.start();
    List<Broker> clients = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      clients.add(broker());
    }

    List<CompletableFuture<@Nullable String>> calls = new ArrayList<>();
    for (int call = 0; call < 10; call++) {
      for (int i = 0; i < instances; i++) {
        calls.add(
            clients
                .get(i)
                .publishAsync(i + "/" + call, to(queue).callback(String.class).timeout(LIMIT)));
      }
    }

    for (int n = 0; n < calls.size(); n++) {
      assertThat(calls.get(n).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo("re " + n % instances + "/" + n / instances);
    }
  }

  @Test
  void requestsThatWaitedForAServerAreSpreadOverServersThatComeAndGo() throws Exception {
    String queue = prefix + "waiting";
    Broker client = broker();
    client.declare(queue);
    List<CompletableFuture<@Nullable String>> calls = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      calls.add(client.publishAsync(i, to(queue).callback(String.class).timeout(LIMIT)));
    }
    List<String> answered = new CopyOnWriteArrayList<>();
    Broker first = server(queue, "first", answered);
    server(queue, "second", answered);

    await().atMost(LIMIT).until(() -> answered.contains("first") && answered.contains("second"));
    first.close(); // in the middle, with messages in hand
    server(queue, "third", answered);

    for (int i = 0; i < REQUESTS; i++) {
      assertThat(calls.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS)).endsWith(" " + i);
    }
    client.publish(REQUESTS, to(queue).callback(String.class)); // whoever is left goes on
  }

  private Broker server(String queue, String name, List<String> answered) {
    Broker server = broker();
    server.subscribe(
        queue(queue).concurrency(2),
        Integer.class,
        body -> {
          answered.add(name);
          if (name.equals("first")) {
            // or it would have done everything before they are there
            assertThat(others.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
          } else {
            others.countDown();
          }
          return name + " " + body;
        });
    server.start();
    return server;
  }

  @Test
  void aTimestampIsKeptWhereTheTopicLeavesItToTheSender() {
    String queue = prefix + "dated";
    Instant then = Instant.ofEpochMilli(System.currentTimeMillis() - 86_400_000);
    List<Long> seen = new CopyOnWriteArrayList<>();
    Broker broker = broker();
    broker.declare(
        queue, KafkaQueueSpec.DEFAULT.configuration("message.timestamp.type", "CreateTime"));
    broker.consume(queue, ConsumerRecord.class, received -> seen.add(received.timestamp()));
    broker.start();

    broker.publish("x", to(queue).with(KafkaPublish.timestamp(then)));

    await().atMost(LIMIT).until(() -> seen.size() == 1);
    assertThat(seen).containsExactly(then.toEpochMilli());
  }
}
