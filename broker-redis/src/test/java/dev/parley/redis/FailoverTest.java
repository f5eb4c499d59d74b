package dev.parley.redis;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.Health;
import dev.parley.PublishFailedException;
import dev.parley.SubscriptionState;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.spi.ConnectionState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A master that sentinels replace by its replica. */
@Timeout(180)
class FailoverTest {

  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(3); // for a machine that is busy

  @RegisterExtension private final Brokers brokers = new Brokers();
  private final String queue = Brokers.name("echo");
  private final String work = Brokers.name("work");
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Set<String> handled = ConcurrentHashMap.newKeySet();
  private Sentinels sentinels;
  private Broker server;

  @BeforeEach
  void start() {
    sentinels = Sentinels.start();
    server =
        brokers.started(
            sentinels.url(),
            on -> {
              on.subscribe(queue, String.class, body -> body);
              on.consume(work, String.class, this::handle);
            });
    assertThat(call(server)).isEqualTo("x");
  }

  @AfterEach
  void end() {
    gate.countDown();
    brokers.close();
    sentinels.close();
  }

  private void handle(String body) throws InterruptedException {
    if (!gate.await(Sentinels.LIMIT.toSeconds() * 2, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the test never let " + body + " through");
    }
    handled.add(body);
  }

  private String call(Broker client) {
    return client.publish("x", to(queue).callback(String.class).timeout(Duration.ofSeconds(2)));
  }

  private void awaitServing(Broker client) {
    await()
        .atMost(Sentinels.LIMIT)
        .ignoreExceptionsInstanceOf(BrokerException.class)
        .until(() -> "x".equals(call(client)));
    await()
        .atMost(Sentinels.LIMIT)
        .until(
            () ->
                server.health().healthy()
                    && server.subscription(queue).orElseThrow().state()
                        == SubscriptionState.RUNNING);
  }

  /** More than a consumer holds at once, confirmed and known to the replica. */
  private List<String> replicated(Broker client) throws IOException {
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      bodies.add("work " + i);
      client.publish("work " + i, to(work));
    }
    try (Shell shell = Shell.at(sentinels.master().url())) {
      shell.type("SET after-them 1"); // WAIT is about what its own connection has written
      assertThat(shell.text("WAIT 1 20000")).isEqualTo("1");
    }
    return bodies;
  }

  /** How many connections wait for messages of a group. */
  private static long readers(RealBroker redis) {
    return redis.ctl("CLIENT", "LIST").lines().filter(line -> line.contains("xreadgroup")).count();
  }

  @Test
  void consumersCallsAndPublishersMoveToTheServerThatReplacesAKilledMaster() throws Exception {
    Broker client = brokers.open(sentinels.url());
    List<String> confirmed = replicated(client);

    sentinels.killFirst();
    sentinels.master().kill();

    await().atMost(Sentinels.LIMIT).until(() -> isToldDown(server.health()));
    assertThat(server.health().subscription(queue).orElseThrow().lastError()).contains(queue);
    assertThat(handled).as("what waits for the gate").isEmpty();
    publishFailsInTimeAndSaysWhy(client);
    CompletableFuture<Void> patient =
        client.publishAsync("patient", to(work).timeout(Sentinels.LIMIT)).thenApply(done -> null);
    assertThat(server.health().healthy()).isFalse();

    sentinels.mayReplace();
    publishUntilOneSucceeds(client);

    assertThat(patient).succeedsWithin(Sentinels.LIMIT);
    awaitServing(client);
    awaitServing(server);
    assertThat(Sentinels.isMaster(sentinels.replica())).isTrue();
    await().atMost(Sentinels.LIMIT).until(() -> readers(sentinels.replica()) >= 1);
    confirmed.add("patient");
    awaitHandled(confirmed);
    staysWhenTheOldMasterIsBack(client);
  }

  private boolean isToldDown(Health health) {
    boolean recovering =
        health.subscriptions().stream().allMatch(s -> s.state() == SubscriptionState.RECOVERING);
    return recovering
        && health.connections().stream()
            .anyMatch(c -> c.state() == ConnectionState.DOWN && c.lastError() != null);
  }

  private void publishFailsInTimeAndSaysWhy(Broker client) {
    String gone = Sentinels.port(sentinels.master());
    await()
        .atMost(Sentinels.LIMIT) // the first error is only that the connection was lost
        .until(
            () ->
                client.health().connections().stream()
                    .filter(c -> c.name().equals("publish"))
                    .anyMatch(c -> String.valueOf(c.lastError()).contains(gone)));
    long begin = System.nanoTime();

    Throwable failure = catchThrowable(() -> client.publish("late", to(work).timeout(SHORT)));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SHORT.plus(GRACE));
    assertThat(failure)
        .isInstanceOf(PublishFailedException.class)
        .hasMessageContaining(work)
        .hasMessageContaining(gone);
  }

  /** Each succeeds or fails with an error of ours, and in time. */
  private void publishUntilOneSucceeds(Broker client) {
    await()
        .atMost(Sentinels.LIMIT)
        .until(
            () -> {
              long begin = System.nanoTime();
              Throwable failure =
                  catchThrowable(() -> client.publish("meanwhile", to(work).timeout(SHORT)));
              assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SHORT.plus(GRACE));
              if (failure != null) {
                assertThat(failure)
                    .isInstanceOf(PublishFailedException.class)
                    .hasMessageContaining(work);
              }
              return failure == null;
            });
  }

  /** And acknowledged where they are now. */
  private void awaitHandled(List<String> bodies) {
    gate.countDown();
    await().atMost(Sentinels.LIMIT).untilAsserted(() -> assertThat(handled).containsAll(bodies));
    await()
        .atMost(Sentinels.LIMIT)
        .until(() -> sentinels.replica().ctl("XPENDING", work, work).startsWith("[0,"));
  }

  private void staysWhenTheOldMasterIsBack(Broker client) {
    sentinels.master().start();
    await().atMost(Sentinels.LIMIT).until(() -> !Sentinels.isMaster(sentinels.master()));
    awaitServing(client);
    assertThat(readers(sentinels.master())).isZero();
    assertThat(Sentinels.isMaster(sentinels.replica())).isTrue();
  }

  @Test
  void aMasterThatIsReplacedWhileItLivesIsLeft() throws Exception {
    Broker client = brokers.open(sentinels.url());
    List<String> confirmed = replicated(client);

    sentinels.replace();

    await()
        .atMost(Sentinels.LIMIT)
        .until(
            () ->
                Sentinels.isMaster(sentinels.replica()) && !Sentinels.isMaster(sentinels.master()));
    awaitServing(client);
    awaitServing(server);
    gate.countDown();
    await().atMost(Sentinels.LIMIT).untilAsserted(() -> assertThat(handled).containsAll(confirmed));
    assertThat(readers(sentinels.master())).isZero();
    assertThat(readers(sentinels.replica())).isGreaterThanOrEqualTo(1);
  }
}
