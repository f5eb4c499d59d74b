package dev.parley.engine.handle;

import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Counter;
import dev.parley.PublishTo;
import dev.parley.SubscribeOptions;
import dev.parley.Subscriber;
import dev.parley.engine.doubles.HandleBench;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.Wire;
import dev.parley.spi.Address;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Settlement.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outputs and settlements that fail; time is the test's. */
class SettlingTest {

  private static final SendResult REFUSED = SendResult.refused("alarm", null);
  private static final SendResult NOWHERE = SendResult.unroutable("");

  private final HandleBench bench = new HandleBench();

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(bench.time.wheel().pending()).isZero();
    bench.close();
  }

  private void echo() {
    bench.handle(
        SubscribeOptions.queue("q").retry(0),
        Integer.class,
        body -> {
          if ((Integer) body < 0) {
            throw new IllegalArgumentException("negative");
          }
          return body;
        });
  }

  private RecordingDelivery request(RecordingDelivery delivery) {
    return bench.deliver(delivery);
  }

  private static RecordingDelivery requestOf(String body) {
    return new RecordingDelivery(Wire.request(body, Map.of()));
  }

  /** Waits for that many tries, the last of which has failed and pauses by now. */
  private void awaitPause(RecordingDelivery delivery, int tries) {
    await().until(() -> delivery.calls().size() == tries);
    await().until(() -> bench.time.wheel().pending() == 1);
  }

  /** Lets time pass until the pause ends, and no further. */
  private void endPause(RecordingDelivery delivery, Duration most) {
    int tries = delivery.calls().size();
    long steps = most.toMillis() / 5;
    while (bench.time.wheel().pending() == 1 && delivery.calls().size() == tries) {
      assertThat(steps--).as("steps left").isPositive();
      bench.time.advance(Duration.ofMillis(5));
    }
  }

  @Test
  void whatIsNotConfirmedIsTriedAgainWithLongerAndLongerPauses() {
    echo();
    RecordingDelivery delivery = requestOf("1");
    for (int i = 0; i < 8; i++) {
      delivery.thenOutputFails(0, REFUSED);
    }
    request(delivery);
    for (int tries = 1; tries <= 8; tries++) {
      awaitPause(delivery, tries);
      long full = Math.min(30_000, 500L << (tries - 1));
      bench.time.advance(Duration.ofMillis(full / 2 - 20));
      assertThat(delivery.calls()).hasSize(tries);
      assertThat(bench.time.wheel().pending()).isEqualTo(1);
      endPause(delivery, Duration.ofMillis(full / 2 + 40));
    }
    assertThat(delivery.settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(delivery.calls()).hasSize(9);
    await().until(() -> bench.count(Counter.REPLIES_SENT) == 1);
  }

  @Test
  void aReplyWithoutAddressIsGivenUpAndTheRestIsSettled() {
    echo();
    RecordingDelivery delivery = request(requestOf("1").thenOutputFails(0, NOWHERE));
    assertThat(delivery.settled().outputs()).isEmpty();
    assertThat(delivery.settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(bench.count(Counter.REPLIES_UNDELIVERABLE)).isEqualTo(1);
    assertThat(bench.count(Counter.REPLIES_SENT)).isZero();
  }

  @Test
  void aReplyIsTriedUntilItsCallerStopsWaiting() {
    CompletableFuture<String> release = new CompletableFuture<>();
    bench.handle(Integer.class, body -> release);
    RecordingDelivery delivery =
        new RecordingDelivery(Wire.request("1", Map.of("parley-timeout", "10000")));
    for (int i = 0; i < 20; i++) {
      delivery.thenOutputFails(0, REFUSED);
    }
    request(delivery);
    await().until(() -> bench.time.wheel().pending() == 1); // the limit of the handler
    bench.time.advance(Duration.ofSeconds(9)); // most of the caller's time went to the handler
    release.complete("done");
    awaitPause(delivery, 1);
    assertThat(bench.count(Counter.REPLIES_UNDELIVERABLE)).isZero();
    await()
        .until(
            () -> {
              bench.time.advance(Duration.ofMillis(100));
              return delivery.isSettled();
            });
    assertThat(delivery.settled().outputs()).isEmpty();
    assertThat(delivery.calls()).hasSizeLessThan(20);
    assertThat(bench.count(Counter.REPLIES_UNDELIVERABLE)).isEqualTo(1);
  }

  @Test
  void anErrorReplyWithoutAddressBecomesADeadLetter() {
    echo();
    RecordingDelivery delivery = request(requestOf("-1").thenOutputFails(0, NOWHERE));
    assertThat(delivery.settled().settlement()).isEqualTo(Settlement.DEAD);
    assertThat(delivery.settled().outputs().get(0).to()).isEqualTo(Address.queue("q.dead"));
    assertThat(bench.count(Counter.DEAD_LETTERED)).isEqualTo(1);
  }

  @Test
  void anErrorReplyWhoseCallerHadALimitAndIsGoneIsDropped() {
    echo();
    RecordingDelivery delivery =
        new RecordingDelivery(Wire.request("-1", Map.of("parley-timeout", "5000")))
            .thenOutputFails(0, NOWHERE);
    assertThat(request(delivery).settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(bench.count(Counter.DEAD_LETTERED)).isZero();
  }

  @Test
  void aMessageStaysWhereItIsUntilItsDeadLetterIsConfirmed() {
    echo();
    RecordingDelivery delivery =
        bench.deliver(
            new RecordingDelivery(Wire.json("-1"))
                .thenOutputFails(0, NOWHERE)
                .thenOutputFails(0, REFUSED));
    awaitPause(delivery, 1);
    assertThat(delivery.isSettled()).isFalse();
    endPause(delivery, Duration.ofMillis(510));
    awaitPause(delivery, 2);
    endPause(delivery, Duration.ofMillis(1_010));
    assertThat(delivery.settled().settlement()).isEqualTo(Settlement.DEAD);
  }

  /** Publishes its result on. */
  static final class Forwarding {
    @Subscriber(value = "q", retry = "1")
    @PublishTo("first")
    @PublishTo("second")
    int forward(int body) {
      return body;
    }
  }

  @Test
  void whatWasConfirmedIsNotSentAgain() {
    bench.register(new Forwarding());
    RecordingDelivery delivery = request(requestOf("1").thenOutputFails(1, REFUSED));
    awaitPause(delivery, 1);
    bench.time.advance(Duration.ofMillis(510));
    assertThat(delivery.settled().outputs())
        .extracting(output -> output.to())
        .containsExactly(Address.queue("second"), Address.reply("caller"));
    await().until(() -> bench.count(Counter.REPLIES_SENT) == 1);
  }

  @Test
  void aPublishToThatNobodyHasDeclaredIsAFailedAttempt() {
    bench.register(new Forwarding());
    RecordingDelivery first = request(requestOf("1").thenOutputFails(0, NOWHERE));
    assertThat(first.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    RecordingDelivery last = request(requestOf("1").attempt(2).thenOutputFails(0, NOWHERE));
    assertThat(last.settled().outputs().get(0).message().headers())
        .containsEntry("parley-status", "HANDLER_FAILED");
    assertThat(Wire.text(last.settled().outputs().get(0).message()))
        .contains("nobody has ever declared queue \\\"first\\\"");
  }

  @Test
  void aSettlementThatFailsIsTriedAgainWithoutItsOutputs() {
    echo();
    RecordingDelivery delivery =
        request(requestOf("1").then(SettleResult.failed(SendResult.unknown("busy", null))));
    awaitPause(delivery, 1);
    bench.time.advance(Duration.ofMillis(510));
    assertThat(delivery.settled().outputs()).isEmpty();
    await().until(() -> bench.count(Counter.REPLIES_SENT) == 1); // once, with the first try
  }

  @Test
  void aLostDeliveryIsOver() throws Exception {
    HandlerSubscription subscription = bench.handle(Integer.class, body -> body);
    RecordingDelivery delivery = request(requestOf("1").then(SettleResult.LOST));
    delivery.settled();
    subscription.stop().get(10, TimeUnit.SECONDS);
    assertThat(delivery.calls()).hasSize(1);
    assertThat(bench.count(Counter.REPLIES_SENT)).isZero();
  }

  @Test
  void aDeliveryLostInAPauseIsOver() throws Exception {
    HandlerSubscription subscription = bench.handle(Integer.class, body -> body);
    RecordingDelivery delivery =
        request(requestOf("1").thenOutputFails(0, REFUSED).thenOutputFails(0, REFUSED));
    awaitPause(delivery, 1);
    delivery.lose();
    bench.time.advance(Duration.ofMillis(510));
    subscription.stop().get(10, TimeUnit.SECONDS);
    assertThat(delivery.calls()).hasSize(2);
  }

  @Test
  void atTheLimitOfAClosingBrokerNoPauseIsWaitedFor() throws Exception {
    HandlerSubscription subscription = bench.handle(Integer.class, body -> body);
    RecordingDelivery pausing =
        request(requestOf("1").thenOutputFails(0, REFUSED).thenOutputFails(0, REFUSED));
    awaitPause(pausing, 1);
    CompletableFuture<Void> drained = subscription.stop();
    assertThat(drained).isNotDone();
    subscription.interrupt();
    drained.get(10, TimeUnit.SECONDS);
    assertThat(pausing.calls()).hasSize(1);
    bench.time.advance(Duration.ofSeconds(60));
    assertThat(pausing.calls()).hasSize(1);
  }
}
