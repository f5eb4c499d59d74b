package dev.parley.test;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.parley.Broker;
import dev.parley.DeclarationException;
import dev.parley.Subscription;
import dev.parley.SubscriptionState;
import dev.parley.test.Shop.Order;
import dev.parley.test.Shop.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The classes inside are run by the test kit, not by the build: their names do not end in Test. */
class TestBrokerLifecycleTest {

  /** What the classes under the test kit leave behind. */
  private static final List<TestBroker> BROKERS = new ArrayList<>();

  private static final List<String> URLS = new ArrayList<>();

  @BeforeEach
  void clear() {
    BROKERS.clear();
    URLS.clear();
  }

  private static Events run(Class<?> type) {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(type)).execute();
    return results.testEvents();
  }

  static class FieldOfEach {

    @RegisterExtension final TestBroker broker = TestBroker.with(Shop::new).declaring("shipments");

    @BeforeEach
    void brokerRunsBeforeTheTestsOwnPreparation() {
      broker.declare("audit");
    }

    @Test
    void first() {
      check();
    }

    @Test
    void second() {
      check();
    }

    private void check() {
      assertThat(broker.published("orders")).isEmpty();
      broker.publish(new Order("A-1", 2), to("orders"));
      broker.awaitHandled("orders");
      BROKERS.add(broker);
      URLS.add(broker.url());
    }

    @AfterEach
    void brokerStillRunsInTheTestsOwnCleaning() {
      assertThat(broker.health().healthy()).isTrue();
    }

    @Nested
    class Inside {

      @Test
      void third() {
        check();
      }
    }
  }

  @Test
  void eachTestHasABrokerOfItsOwnThatIsClosedAfterIt() {
    run(FieldOfEach.class).assertStatistics(stats -> stats.started(3).succeeded(3));

    assertThat(URLS).doesNotHaveDuplicates().hasSize(3);
    assertThat(BROKERS)
        .allSatisfy(
            broker ->
                assertThat(broker.subscriptions())
                    .extracting(Subscription::state)
                    .containsOnly(SubscriptionState.STOPPED));
  }

  static class StaticField {

    @RegisterExtension static final TestBroker BROKER = TestBroker.with(Shop::new);

    @Test
    void first(TestBroker injected, Broker asBroker) {
      check(injected, asBroker);
    }

    @Test
    void second(TestBroker injected, Broker asBroker) {
      check(injected, asBroker);
    }

    private static void check(TestBroker injected, Broker asBroker) {
      assertThat(injected).isSameAs(BROKER).isSameAs(asBroker);
      assertThat(injected.published("extra")).isEmpty();
      asBroker.declare("extra");
      asBroker.publish("a", to("extra"));
      URLS.add(BROKER.url());
    }
  }

  @Test
  void aStaticFieldServesOneTestAfterTheOtherAndIsInjected() {
    run(StaticField.class).assertStatistics(stats -> stats.started(2).succeeded(2));

    assertThat(URLS).doesNotHaveDuplicates().hasSize(2);
  }

  static class Stuck {

    @RegisterExtension final TestBroker broker = TestBroker.with().limit(Duration.ofMillis(100));

    @Test
    void leavesAHandlerBehind() throws InterruptedException {
      CountDownLatch runs = new CountDownLatch(1);
      broker.consume(
          "slow",
          String.class,
          body -> {
            runs.countDown();
            new CountDownLatch(1).await();
          });
      broker.publish("a", to("slow").messageId("m-1"));
      assertThat(runs.await(5, TimeUnit.SECONDS)).isTrue();
      BROKERS.add(broker);
    }
  }

  @Test
  void aHandlerThatIsStuckFailsTheTestWithThePlace() {
    run(Stuck.class)
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                test("leavesAHandlerBehind"),
                finishedWithFailure(
                    instanceOf(AssertionError.class),
                    message(
                        text ->
                            text.startsWith(
                                    "1 handler still ran PT0.1S after the test, and had to be"
                                        + " interrupted:\n    - handler of \"slow\", attempt 1 of"
                                        + " message m-1, in thread ")
                                && text.contains(Stuck.class.getName())))));
    assertThat(BROKERS.get(0).subscriptions())
        .extracting(Subscription::state)
        .containsOnly(SubscriptionState.STOPPED);
  }

  static class Mistaken {

    @RegisterExtension final TestBroker broker = TestBroker.with(new Object());

    @Test
    void neverRuns() {
      URLS.add(broker.url());
    }
  }

  @Test
  void aMistakeInAHandlerFailsTheTestBeforeItRuns() {
    run(Mistaken.class)
        .assertThatEvents()
        .haveExactly(
            1,
            event(test("neverRuns"), finishedWithFailure(instanceOf(DeclarationException.class))));
    assertThat(URLS).isEmpty();
  }

  @Test
  void aStaticFieldOfTestsThatRunAtTheSameTimeIsRefused() throws Exception {
    TestBroker shared = TestBroker.with();
    Callable<Boolean> begin =
        () -> {
          try {
            shared.beforeEach(null);
            return true;
          } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("must not be static");
            return false;
          }
        };
    ExecutorService tests = Executors.newFixedThreadPool(2);
    try {
      assertThat(tests.invokeAll(List.of(begin, begin)))
          .extracting(Future::get)
          .containsExactlyInAnyOrder(true, false);
    } finally {
      tests.shutdownNow();
      shared.close();
    }
  }

  @Test
  void withoutJUnitItIsStartedAndClosedByHand() {
    TestBroker broker = TestBroker.with(Shop::new).declaring("shipments", "audit");
    broker.start();
    try (broker) {
      broker.start();
      Receipt receipt = broker.publish(new Order("A-1", 2), to("orders").callback(Receipt.class));
      assertThat(receipt).isEqualTo(new Receipt("A-1", 500));
    }
    broker.close();

    broker.start();
    assertThat(broker.published("orders")).isEmpty();
    broker.close();
  }

  @Test
  void aHandlerCanCloseIt() throws InterruptedException {
    TestBroker broker = TestBroker.with();
    CountDownLatch closed = new CountDownLatch(1);
    broker.start();
    broker.consume(
        "last",
        String.class,
        body -> {
          broker.close();
          closed.countDown();
        });
    broker.publish("a", to("last"));

    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    broker.close();
    assertThat(broker.replies("last")).isEmpty();
  }
}
