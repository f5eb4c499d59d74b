package dev.parley.redis;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
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
import dev.parley.conformance.brokers.RedisWire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the contract leaves to Redis: claiming, leases, trimming, and who is in a group. */
@Timeout(60)
class GroupsTest {

  private static final TypeRef<Message<String>> MESSAGE = new TypeRef<>() {};

  private static final Pattern XREADGROUP_CALLS =
      Pattern.compile("cmdstat_xreadgroup:calls=(\\d+)");

  @RegisterExtension private final Brokers brokers = new Brokers();
  private final String url = RealBrokers.redis().url();
  private final String queue = Brokers.name("orders");
  private final BlockingQueue<Message<String>> seen = new LinkedBlockingQueue<>();
  private final Shell shell = brokers.shell(url);

  private Broker consumer(String... settings) {
    return brokers.started(url, on -> on.consume(queue(queue), MESSAGE, seen::add), settings);
  }

  private Message<String> next() throws InterruptedException {
    Message<String> next = seen.poll(15, TimeUnit.SECONDS);
    assertThat(next).as("a message within 15 seconds").isNotNull();
    return next;
  }

  @Test
  void aBacklogIsReadManyMessagesAtATime() throws Exception {
    try (RealBroker own = RealBrokers.newRedis()) {
      Broker sender = brokers.open(own.url());
      sender.declare(queue);
      int backlog = 2_000;
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      for (int i = 0; i < backlog; i++) {
        sent.add(sender.publishAsync("message " + i, to(queue)));
      }
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();

      brokers.started(own.url(), on -> on.consume(queue(queue), MESSAGE, seen::add));
      await().atMost(Duration.ofSeconds(15)).until(() -> seen.size() == backlog);

      Matcher reads = XREADGROUP_CALLS.matcher(own.ctl("INFO", "commandstats"));
      assertThat(reads.find()).isTrue();
      assertThat(Integer.parseInt(reads.group(1))).isLessThan(100);
      brokers.close();
    }
  }

  /** A consumer of another make takes everything and is never heard of again. */
  private void aConsumerThatDies() throws IOException {
    shell.type("XGROUP CREATE " + queue + " " + queue + " 0 MKSTREAM");
    shell.type("XADD " + queue + " * data one");
    shell.type("XADD " + queue + " * data two");
    shell.type("XREADGROUP GROUP " + queue + " dead STREAMS " + queue + " >");
  }

  @Test
  void messagesOfADeadConsumerAreClaimedAsTheNextAttempt() throws Exception {
    aConsumerThatDies();

    consumer("redis.claim-after", "1s");

    Message<String> first = next();
    assertThat(first.body()).isEqualTo("one");
    assertThat(first.attempt()).isEqualTo(2);
    assertThat(next().body()).isEqualTo("two");
    awaitNothingPending();
  }

  @Test
  void aDeletedEntryOfADeadConsumerIsForgotten() throws Exception {
    aConsumerThatDies();
    List<?> entries = (List<?>) shell.type("XRANGE " + queue + " - + COUNT 1");
    String id = RedisWire.string(((List<?>) entries.get(0)).get(0));
    shell.type("XDEL " + queue + " " + id);

    consumer("redis.claim-after", "1s");

    assertThat(next().body()).isEqualTo("two");
    awaitNothingPending();
    assertThat(seen).isEmpty();
  }

  @Test
  void aLongHandlerKeepsItsMessage() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Broker slow =
        brokers.started(
            url,
            on ->
                on.consume(
                    queue(queue),
                    MESSAGE,
                    message -> {
                      seen.add(message);
                      gate.await();
                    }),
            "redis.claim-after",
            "1s");
    slow.publish("long", to(queue));
    next();
    consumer("redis.claim-after", "1s");

    assertThat(seen.poll(3, TimeUnit.SECONDS)).as("claimed while it was handled").isNull();
    gate.countDown();

    awaitNothingPending();
    assertThat(seen).isEmpty();
  }

  @Test
  void aLateRetryIsNotEarlyWhenItsConsumerIsGone() throws Exception {
    Broker first =
        brokers.started(
            url,
            on ->
                on.consume(
                    queue(queue),
                    MESSAGE,
                    message -> {
                      seen.add(message);
                      throw new RetryAfter(Duration.ofSeconds(4));
                    }),
            "redis.claim-after",
            "1s");
    first.publish("late", to(queue));
    next();
    long begin = System.nanoTime();
    await().until(() -> first.counters().get(dev.parley.Counter.RETRIED) == 1);
    first.close();

    consumer("redis.claim-after", "1s");

    assertThat(next().attempt()).isEqualTo(2);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(3_900));
  }

  @Test
  void whatIsDoneIsRemovedAndWhatIsRetriedStays() throws Exception {
    Broker broker =
        brokers.started(
            url,
            on ->
                on.consume(
                    queue(queue),
                    MESSAGE,
                    message -> {
                      seen.add(message);
                      if ("bad".equals(message.body())) {
                        throw new RetryAfter(Duration.ofMinutes(1));
                      }
                    }));
    broker.publish("bad", to(queue));
    for (int i = 0; i < 20; i++) {
      broker.publish("good", to(queue));
    }

    await().until(() -> shell.text("XLEN " + queue).equals("1"));
    assertThat(pending(queue, queue)).isEqualTo(1);
  }

  @Test
  void whatAnotherGroupHasNotReadIsNotRemoved() throws Exception {
    String prices = Brokers.name("prices");
    shell.type("XGROUP CREATE " + prices + " foreign 0 MKSTREAM");
    Broker broker =
        brokers.started(
            url,
            on -> on.consume(topic(prices, "ours"), MESSAGE, seen::add),
            "redis.topic.keep",
            "1ms");
    broker.publish("1", toTopic(prices));
    broker.publish("2", toTopic(prices));
    next();
    next();
    await().until(() -> pending(prices, "ours") == 0);
    shell.type("XREADGROUP GROUP foreign f COUNT 1 STREAMS " + prices + " >");
    shell.type("XREADGROUP GROUP foreign g COUNT 1 STREAMS " + prices + " >");
    broker.publish("3", toTopic(prices));
    next();

    // Nothing of the three is done with: two are pending and one is unread.
    await().pollDelay(Duration.ofMillis(500)).until(() -> shell.text("XLEN " + prices).equals("3"));
  }

  @Test
  void aConsumerThatLeavesHandsBackAndIsRemoved() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Broker leaving =
        brokers.started(
            url,
            on ->
                on.consume(
                    queue(queue),
                    MESSAGE,
                    message -> {
                      seen.add(message);
                      gate.await();
                    }));
    leaving.publish("x", to(queue));
    next();

    leaving.close(Duration.ofMillis(50));

    assertThat(pending(queue, queue)).as("not lost").isEqualTo(1);
    assertThat(consumers()).noneMatch(name -> name.contains(leaving.name()));
    consumer();
    assertThat(next().body()).isEqualTo("x");
    gate.countDown();
  }

  @Test
  void aConsumerThatDiedIsRemovedOnceItHasNothing() throws Exception {
    shell.type("XGROUP CREATE " + queue + " " + queue + " 0 MKSTREAM");
    shell.type("XGROUP CREATECONSUMER " + queue + " " + queue + " parley:killed:1");
    shell.type("XGROUP CREATECONSUMER " + queue + " " + queue + " foreign");

    consumer("redis.claim-after", "1s");

    await().atMost(Duration.ofSeconds(15)).until(() -> !consumers().contains("parley:killed:1"));
    assertThat(consumers()).as("somebody else's").contains("foreign");
  }

  private long pending(String stream, String group) throws IOException {
    List<?> summary = (List<?>) shell.type("XPENDING " + stream + " " + group);
    return (Long) summary.get(0);
  }

  private void awaitNothingPending() {
    await().atMost(Duration.ofSeconds(10)).until(() -> pending(queue, queue) == 0);
  }

  private List<String> consumers() throws IOException {
    List<?> all = (List<?>) shell.type("XINFO CONSUMERS " + queue + " " + queue);
    return all.stream().map(facts -> RedisWire.string(((List<?>) facts).get(1))).toList();
  }
}
