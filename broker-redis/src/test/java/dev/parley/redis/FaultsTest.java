package dev.parley.redis;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Health;
import dev.parley.PublishFailedException;
import dev.parley.SubscriptionState;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a server, on one of the test's own. */
@Timeout(120)
class FaultsTest {

  private static final Duration RECOVERY = Duration.ofSeconds(30);

  @RegisterExtension private final Brokers brokers = new Brokers();
  private final String queue = Brokers.name("echo");
  private RealBroker redis;

  @BeforeEach
  void start() {
    redis = RealBrokers.newRedis();
  }

  @AfterEach
  void end() {
    brokers.close();
    redis.close();
  }

  private Broker echo() {
    return brokers.started(redis.url(), on -> on.subscribe(queue, String.class, body -> body));
  }

  private void awaitAnswer(Broker client) {
    await()
        .atMost(RECOVERY)
        .ignoreExceptions()
        .until(
            () ->
                "x"
                    .equals(
                        client.publish(
                            "x", to(queue).callback(String.class).timeout(Duration.ofSeconds(2)))));
  }

  private void awaitRunning(Broker server) {
    await()
        .atMost(RECOVERY)
        .until(
            () ->
                server.subscription(queue).orElseThrow().state() == SubscriptionState.RUNNING
                    && server.health().healthy());
  }

  /** How many commands the server has been sent. */
  private long commands() {
    return redis
        .ctl("INFO", "stats")
        .lines()
        .filter(line -> line.startsWith("total_commands_processed:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLUSHALL", "DEL %s", "XGROUP DESTROY %s %s", "CLIENT KILL TYPE normal"})
  void callsWorkAgainAfter(String fault) {
    Broker server = echo();
    Broker client = brokers.open(redis.url());
    awaitAnswer(client);

    for (int i = 0; i < 3; i++) {
      redis.ctl(String.format(fault, queue, queue).split(" "));
      awaitAnswer(client);
    }

    awaitRunning(server);
    awaitAnswer(server);
  }

  @Test
  void aStreamInTheWayIsToldAndNotAskedInATightLoop() {
    redis.ctl("SET", queue, "not a stream");
    Broker server = brokers.open(redis.url(), "start.wait", "false");
    server.subscribe(queue, String.class, body -> body);
    server.start();
    await()
        .atMost(RECOVERY)
        .until(() -> server.health().subscription(queue).orElseThrow().lastError() != null);
    assertThat(server.health().healthy()).isFalse();
    assertThat(server.health().subscription(queue).orElseThrow().lastError()).contains("WRONGTYPE");
    long before = commands();

    await().pollDelay(Duration.ofSeconds(2)).until(() -> true);

    assertThat(commands() - before).as("commands in two seconds").isLessThan(400);
    redis.ctl("DEL", queue);
    awaitRunning(server);
  }

  @Test
  void nothingIsAskedInATightLoopWhenAllIsQuiet() {
    Broker server = echo();
    awaitRunning(server);
    long before = commands();

    await().pollDelay(Duration.ofSeconds(2)).until(() -> true);

    assertThat(commands() - before).as("commands in two seconds").isLessThan(150);
  }

  @Test
  void memoryThatIsUsedUpIsAClearErrorAndHealthSaysSo() {
    Broker server = echo();
    awaitRunning(server);
    redis.blockPublishers();

    Throwable failure = catchThrowable(() -> server.publish("x", to(queue)));

    assertThat(failure)
        .isInstanceOf(PublishFailedException.class)
        .hasMessageContaining(queue)
        .hasMessageContaining("OOM");
    assertThat(server.health().healthy()).isFalse();
    redis.unblockPublishers();
    awaitRunning(server);
    awaitAnswer(server);
  }

  @Test
  void aReplicaTakesNoMessagesAndHealthSaysSo() {
    Broker server = echo();
    awaitRunning(server);
    try (RealBroker master = RealBrokers.newRedis()) {
      redis.ctl("REPLICAOF", "127.0.0.1", String.valueOf(URI.create(master.url()).getPort()));
      long begin = System.nanoTime();

      Throwable failure =
          catchThrowable(() -> server.publish("x", to(queue).timeout(Duration.ofSeconds(2))));

      assertThat(failure).isInstanceOf(PublishFailedException.class).hasMessageContaining(queue);
      assertThat(failure.getMessage()).containsIgnoringCase("replica");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
      await().atMost(RECOVERY).until(() -> !server.health().healthy());
      redis.ctl("REPLICAOF", "NO", "ONE");
    }
    awaitRunning(server);
    awaitAnswer(server);
  }

  @Test
  void aServerThatIsLoadingIsWaitedFor() {
    try (RealBroker slow =
        RealBrokers.newRedis(
            "--appendonly", "no",
            "--rdbcompression", "no",
            "--key-load-delay", "250000")) {
      for (int i = 0; i < 20; i++) { // events are served after every 2 MB
        slow.ctl("SET", "key" + i, "v".repeat(2 * 1024 * 1024));
      }
      Broker server =
          brokers.started(slow.url(), on -> on.subscribe(queue, String.class, body -> body));
      slow.ctl("SAVE");
      slow.kill();
      CompletableFuture<String> patient =
          server.publishAsync("x", to(queue).callback(String.class).timeout(RECOVERY));

      CompletableFuture<Void> started =
          CompletableFuture.runAsync(slow::start); // some seconds later, when it has loaded

      await().atMost(RECOVERY).until(() -> isToldLoading(server.health()));
      assertThat(started).succeedsWithin(RECOVERY);
      assertThat(patient).succeedsWithin(RECOVERY).isEqualTo("x");
      awaitRunning(server);
    }
  }

  private static boolean isToldLoading(Health health) {
    return !health.healthy()
        && health.subscriptions().stream().allMatch(s -> s.state() == SubscriptionState.RECOVERING)
        && health.connections().stream()
            .allMatch(c -> String.valueOf(c.lastError()).contains("LOADING"));
  }

  @Test
  void aKilledServerLosesNothingThatWasConfirmed() throws Exception {
    Set<String> handled = ConcurrentHashMap.newKeySet();
    Broker server =
        brokers.started(redis.url(), on -> on.consume(queue, String.class, handled::add));
    Broker client = brokers.open(redis.url());
    ConcurrentLinkedQueue<String> confirmed = new ConcurrentLinkedQueue<>();
    for (int round = 0; round < 3; round++) {
      Thread killer = new Thread(this::killAndStart, "killer");
      for (int i = 0; i < 3_000; i++) {
        if (i == 1_000) {
          killer.start();
        }
        publish(client, round + "-" + i, confirmed);
      }
      killer.join(TimeUnit.SECONDS.toMillis(60));
      awaitRunning(server);
    }

    await().atMost(RECOVERY).untilAsserted(() -> assertThat(handled).containsAll(confirmed));
    assertThat(confirmed).hasSizeGreaterThan(3_000);
  }

  private void killAndStart() {
    redis.kill();
    redis.start();
  }

  /** A window of 64 unconfirmed messages. */
  private final java.util.concurrent.Semaphore window = new java.util.concurrent.Semaphore(64);

  private void publish(Broker client, String body, ConcurrentLinkedQueue<String> confirmed)
      throws InterruptedException, ExecutionException {
    window.acquire();
    var unused =
        client
            .publishAsync(body, to(queue).timeout(Duration.ofSeconds(10)))
            .whenComplete(
                (done, error) -> {
                  window.release();
                  if (error == null) {
                    confirmed.add(body);
                  }
                });
  }

  @Test
  void aUserWithAPasswordAndADatabaseAreInTheUrl() throws IOException {
    redis.ctl("ACL", "SETUSER", "app", "on", ">s%cret", "~*", "&*", "+@all");
    redis.ctl("ACL", "SETUSER", "default", "off");
    String host = redis.url().substring("redis://".length());
    Broker server =
        brokers.started(
            "redis://app:s%25cret@" + host + "/3",
            on -> on.subscribe(queue, String.class, body -> body));

    awaitAnswer(server);

    try (Shell shell = Shell.at("redis://app:s%25cret@" + host)) {
      assertThat(shell.text("EXISTS " + queue)).isEqualTo("0");
      shell.type("SELECT 3");
      assertThat(shell.text("EXISTS " + queue)).isEqualTo("1");
    }
  }

  @Test
  void aWrongPasswordIsToldWithoutIt() {
    redis.ctl("ACL", "SETUSER", "app", "on", ">right", "~*", "&*", "+@all");
    String host = redis.url().substring("redis://".length());
    Broker broker = brokers.open("redis://app:hunter2@" + host);

    Throwable failure =
        catchThrowable(() -> broker.publish("x", to(queue).timeout(Duration.ofSeconds(3))));

    assertThat(failure).hasMessageContaining("WRONGPASS").hasMessageNotContaining("hunter2");
  }
}
