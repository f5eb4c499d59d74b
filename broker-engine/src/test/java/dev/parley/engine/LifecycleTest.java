package dev.parley.engine;

import static dev.parley.PublishOptions.to;
import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.BrokerClosedException;
import dev.parley.CallOptions;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.SubscriptionState;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.RecordingTransport;
import dev.parley.engine.doubles.Wire;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LifecycleTest {

  private static final CallOptions<String> CALL = to("orders").callback(String.class);

  private final RecordingTransport transport = new RecordingTransport();
  private final Broker broker =
      new EngineBuilder()
          .setting("broker.name", "lifecycle")
          .setting("start.timeout", "200ms")
          .transport(context -> transport)
          .build();

  @AfterEach
  void noThreadIsLeft() {
    broker.close();
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith(broker.name())));
  }

  private RecordingDelivery deliver(String json) {
    RecordingDelivery delivery =
        new RecordingDelivery(Wire.request(json, Map.of())).receivedAt(System.nanoTime());
    transport.queue("q").listener().delivered(delivery);
    return delivery;
  }

  private static void hang(CountDownLatch begun) throws InterruptedException {
    begun.countDown();
    new CountDownLatch(1).await();
  }

  @Test
  void startReturnsWhenAllAreConsumingAndSaysWhichIsNot() {
    broker.consume("q", String.class, body -> {});
    transport.onListen =
        listener ->
            listener.changed(
                DeliveryListener.State.RECOVERING, new IllegalStateException("refused"));
    assertThatThrownBy(broker::start)
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageContaining("PT0.2S (start.timeout)")
        .hasMessageContaining("queue \"q\"")
        .hasMessageContaining("refused");
    transport.queue("q").listener().changed(DeliveryListener.State.CONSUMING, null);
    broker.start();
    assertThat(broker.subscription("q").get().state()).isEqualTo(SubscriptionState.RUNNING);
    assertThat(broker.health().healthy()).isTrue();
  }

  @Test
  void closingEndsAStartThatWaits() throws Exception {
    Broker patient = new EngineBuilder().transport(context -> transport).build();
    transport.onListen = listener -> {};
    patient.consume("q", String.class, body -> {});
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread starter =
        new Thread(
            () -> {
              try {
                patient.start();
              } catch (RuntimeException e) {
                thrown.complete(e);
              }
            },
            "starter");
    starter.start();
    await().until(() -> transport.queue("q") != null);
    patient.close();
    assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(BrokerClosedException.class);
  }

  @Test
  void aPauseBeforeStartIsKept() {
    var subscription = broker.consume("q", String.class, body -> {});
    subscription.pause();
    broker.start();
    assertThat(transport.queue("q").calls()).containsExactly("pause");
    assertThat(subscription.state()).isEqualTo(SubscriptionState.PAUSED);
    subscription.resume();
    assertThat(subscription.state()).isEqualTo(SubscriptionState.RUNNING);
  }

  @Test
  void closeWaitsForRunningHandlersAndTheirCallsButNotForOthers() throws Exception {
    broker.subscribe(
        "q",
        Integer.class,
        body -> {
          String called = broker.publish(body, CALL);
          broker.publish("more", to("other"));
          return called;
        });
    broker.start();
    RecordingDelivery running = deliver("1");
    RecordingDelivery waiting = deliver("2");
    await().until(() -> transport.sent().size() == 1);
    CompletableFuture<String> outside = broker.publishAsync("body", CALL.noTimeout());
    Thread closer = new Thread(broker::close, "closer");
    closer.start();
    assertThat(waiting.settled().settlement()).isEqualTo(Settlement.RELEASE);
    assertThat(outside)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(BrokerClosedException.class);
    assertThatThrownBy(() -> broker.publish("from outside", to("other")))
        .isInstanceOf(BrokerClosedException.class);
    assertThat(running.isSettled()).isFalse();
    transport.reply(transport.sent().get(0).correlationId(), "called");
    closer.join(20_000);
    assertThat(Wire.text(running.settled().outputs().get(0).message())).isEqualTo("called");
    assertThat(transport.isClosed()).isTrue();
    assertThat(transport.queue("q").calls()).contains("stop", "close");
  }

  @Test
  void pendingCallsFromOutsideEndAtOnceWhenItCloses() throws Exception {
    CompletableFuture<String> pending = broker.publishAsync("body", CALL.noTimeout());
    broker.close();
    try {
      pending.get(10, TimeUnit.SECONDS);
      throw new AssertionError("it succeeded");
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(BrokerClosedException.class);
    }
    assertThat(broker.counters().callsInFlight()).isZero();
    assertThat(transport.isInboxClosed()).isTrue();
  }

  @Test
  void atTheLimitAHandlerIsInterruptedAndItsMessageHandedBack() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    broker.consume("q", Integer.class, body -> hang(begun));
    broker.start();
    RecordingDelivery running = deliver("1");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    broker.close(Duration.ofMillis(50));
    assertThat(running.settled().settlement()).isEqualTo(Settlement.RELEASE);
    assertThat(broker.counters().get(Counter.RELEASED)).isEqualTo(1);
  }

  @Test
  void aHandlerThatNeverEndsDoesNotKeepCloseForEver() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    broker.consume(
        "q",
        Integer.class,
        body -> {
          begun.countDown();
          boolean done = false;
          while (!done) { // does not care for interrupts
            try {
              done = release.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              done = false;
            }
          }
        });
    broker.start();
    RecordingDelivery running = deliver("1");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    broker.close(Duration.ofMillis(50));
    assertThat(running.settled().settlement()).isEqualTo(Settlement.RELEASE);
    assertThat(transport.isClosed()).isTrue();
    release.countDown();
  }

  @Test
  void insideAHandlerCloseReturnsAndDrainsBehind() {
    broker.subscribe(
        "q",
        Integer.class,
        body -> {
          broker.close();
          return body;
        });
    broker.start();
    assertThat(deliver("1").settled().outputs()).hasSize(1);
    await().until(transport::isClosed);
  }

  @Test
  void aLimitLongerThanTimeItselfIsAccepted() {
    broker.start();
    broker.close(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(transport.isClosed()).isTrue();
  }

  @Test
  void aTransportThatFailsToCloseKeepsNoThreadAlive() {
    transport.onClose =
        () -> {
          throw new IllegalStateException("cannot close");
        };
    assertThatThrownBy(broker::close).hasMessageContaining("cannot close");
    broker.close();
  }

  @Test
  void closingTwiceOrFromManyThreadsIsClosingOnce() throws Exception {
    broker.start();
    List<Thread> closers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closers.add(new Thread(broker::close, "closer-" + i));
    }
    closers.forEach(Thread::start);
    for (Thread closer : closers) {
      closer.join(20_000);
      assertThat(closer.isAlive()).isFalse();
    }
    assertThatThrownBy(broker::start).isInstanceOf(BrokerClosedException.class);
    assertThatThrownBy(() -> broker.consume("late", String.class, body -> {}))
        .isInstanceOf(BrokerClosedException.class);
  }

  @Test
  void aHundredBrokersLeaveNothing() {
    for (int i = 0; i < 100; i++) {
      RecordingTransport own = new RecordingTransport();
      try (Broker one =
          new EngineBuilder()
              .setting("broker.name", broker.name() + "-cycle")
              .transport(context -> own)
              .build()) {
        one.consume("q", Integer.class, body -> {});
        one.start();
        RecordingDelivery delivery =
            new RecordingDelivery(Wire.json("1")).receivedAt(System.nanoTime());
        own.queue("q").listener().delivered(delivery);
        delivery.settled();
      }
      assertThat(own.isClosed()).isTrue();
    } // that no thread is left is seen after each test
  }
}
