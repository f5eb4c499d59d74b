package dev.parley.redis;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static dev.parley.SubscribeOptions.broadcast;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.SubscribeOptions.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Message;
import dev.parley.RetryAfter;
import dev.parley.TypeRef;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster of one node and of three: every command is about one key. */
@Timeout(120)
class ClusterTest {

  private static final int SLOTS = 16_384;

  @RegisterExtension private final Brokers brokers = new Brokers();
  private final List<RealBroker> nodes = new ArrayList<>();

  /** Starts a cluster; returns the value of {@code broker.url}. */
  private String cluster(int size) {
    for (int i = 0; i < size; i++) {
      nodes.add(
          RealBrokers.newRedis(
              "--cluster-enabled", "yes", "--cluster-require-full-coverage", "no"));
    }
    for (int i = 0; i < size; i++) {
      nodes.get(i).ctl(addSlots(i * SLOTS / size, (i + 1) * SLOTS / size));
      nodes.get(0).ctl("CLUSTER", "MEET", "127.0.0.1", port(nodes.get(i)));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> nodes.stream().allMatch(node -> knowsAll(node, size)));
    return "redis-cluster://"
        + nodes.stream().map(node -> "127.0.0.1:" + port(node)).collect(Collectors.joining(","));
  }

  private static String[] addSlots(int from, int to) {
    List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
    for (int slot = from; slot < to; slot++) {
      words.add(String.valueOf(slot));
    }
    return words.toArray(String[]::new);
  }

  private static boolean knowsAll(RealBroker node, int size) {
    String info = node.ctl("CLUSTER", "INFO");
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_assigned:" + SLOTS)
        && info.contains("cluster_known_nodes:" + size);
  }

  private static String port(RealBroker node) {
    return String.valueOf(URI.create(node.url()).getPort());
  }

  @AfterEach
  void end() {
    brokers.close();
    nodes.forEach(RealBroker::close);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void callsRetriesTopicsAndDeadLettersWork(int size) throws Exception {
    String url = cluster(size);
    List<String> queues = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      queues.add(Brokers.name("q" + i)); // in many slots
    }
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    BlockingQueue<Integer> attempts = new LinkedBlockingQueue<>();
    String failing = Brokers.name("failing");
    String news = Brokers.name("news");
    Broker server =
        brokers.started(
            url,
            on -> {
              queues.forEach(queue -> on.subscribe(queue, String.class, body -> queue + body));
              on.consume(topic(news, "g"), String.class, body -> heard.add("group " + body));
              on.consume(broadcast(news), String.class, body -> heard.add("all " + body));
              on.consume(
                  queue(failing).retry(1).prefetch(1),
                  new TypeRef<Message<String>>() {},
                  message -> {
                    attempts.add(message.attempt());
                    throw new RetryAfter(Duration.ofMillis(200));
                  });
            });
    Broker client = brokers.open(url);

    for (String queue : queues) {
      assertThat(client.publish("!", to(queue).callback(String.class))).isEqualTo(queue + "!");
    }
    client.publish("x", toTopic(news));
    client.publish("y", to(failing));

    assertThat(List.of(take(heard), take(heard))).containsExactlyInAnyOrder("group x", "all x");
    assertThat(List.of(take(attempts), take(attempts))).containsExactly(1, 2);
    await().until(() -> server.counters().get(dev.parley.Counter.DEAD_LETTERED) == 1);
    assertThat(server.health().healthy()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void callsWorkAgainAfterANodeWasRestarted(int size) {
    String url = cluster(size);
    String queue = Brokers.name("echo");
    Broker server = brokers.started(url, on -> on.subscribe(queue, String.class, body -> body));
    Broker client = brokers.open(url);
    assertThat(client.publish("x", to(queue).callback(String.class))).isEqualTo("x");

    for (RealBroker node : nodes) {
      node.kill();
      node.start();
      await()
          .atMost(Duration.ofSeconds(40))
          .ignoreExceptions()
          .until(
              () ->
                  "x"
                      .equals(
                          client.publish(
                              "x",
                              to(queue).callback(String.class).timeout(Duration.ofSeconds(2)))));
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> server.health().healthy());
  }

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("something within 10 seconds").isNotNull();
    return next;
  }
}
