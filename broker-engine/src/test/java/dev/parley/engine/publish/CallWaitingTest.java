package dev.parley.engine.publish;

import static dev.parley.PublishOptions.to;
import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BrokerClosedException;
import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.CallTimeoutException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.PublishFailedException;
import dev.parley.PublishInterceptor;
import dev.parley.engine.doubles.PublishBench;
import dev.parley.engine.doubles.RecordingTransport;
import dev.parley.engine.runtime.HandlerScope;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls a thread waits for, directly and through an interceptor that does nothing. */
class CallWaitingTest {

  private static final PublishInterceptor NONE = (message, options, next) -> next.proceed(message);
  private static final CallOptions<String> CALL = to("orders").callback(String.class);

  private PublishBench bench;

  private RecordingTransport bench(boolean intercepted) {
    bench = intercepted ? PublishBench.real(NONE) : PublishBench.real();
    return bench.transport;
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(bench.publisher.callsInFlight()).isZero();
    await().untilAsserted(() -> assertThat(bench.timer.pending()).isZero());
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theValueOfTheReplyComesBack(boolean intercepted) {
    RecordingTransport transport = bench(intercepted);
    transport.onSend =
        sent -> {
          sent.confirm();
          transport.reply(sent.correlationId(), "value");
        };
    assertThat(bench.publisher.call("body", CALL)).isEqualTo("value");
    assertThat(bench.publisher.request("body", CALL).value()).isEqualTo("value");
    assertThat(bench.publisher.request("body", CALL).total()).isPresent();
    assertThat(bench.publisher.call("body", CALL.noTimeout())).isEqualTo("value");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void atTheDeadlineItIsNullUnlessItIsToBeRaised(boolean intercepted) {
    bench(intercepted);
    CallOptions<String> brief = CALL.timeout(Duration.ofMillis(30));
    assertThat(bench.publisher.call("body", brief)).isNull();
    assertThatThrownBy(() -> bench.publisher.call("body", brief.raiseTimeout()))
        .isInstanceOf(CallTimeoutException.class);
    assertThatThrownBy(() -> bench.publisher.request("body", brief))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(bench.count(Counter.CALLS_TIMED_OUT)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unconfirmedIsNeverNull(boolean intercepted) {
    RecordingTransport transport = bench(intercepted);
    transport.onSend = sent -> {};
    CallOptions<String> brief = CALL.timeout(Duration.ofMillis(30));
    assertThatThrownBy(() -> bench.publisher.call("body", brief))
        .isInstanceOf(PublishFailedException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeOutThatTheServerRepliesIsNotOurs(boolean intercepted) {
    RecordingTransport transport = bench(intercepted);
    transport.onSend =
        sent -> {
          sent.confirm();
          transport
              .inbox()
              .received(
                  RecordingTransport.replyOf(
                      sent.correlationId(), "{}", Map.of("parley-status", "TIMEOUT")));
        };
    assertThatThrownBy(() -> bench.publisher.call("body", CALL))
        .isInstanceOf(CallTimeoutException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptEndsTheCallAndStaysSet(boolean intercepted) throws Exception {
    RecordingTransport transport = bench(intercepted);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                bench.publisher.call("body", CALL.noTimeout());
              } catch (RuntimeException e) {
                thrown.set(e);
              }
              flag.complete(Thread.currentThread().isInterrupted());
            },
            "caller");
    caller.start();
    await().until(() -> !transport.sent().isEmpty());
    caller.interrupt();
    assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    await().until(() -> bench.publisher.callsInFlight() == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCallInAHandlerHasNoMoreTimeThanItsCaller(boolean intercepted) {
    RecordingTransport transport = bench(intercepted);
    long left = Duration.ofMillis(80).toNanos();
    HandlerScope scope =
        new HandlerScope(bench.broker, true, bench.timer.nanoTime() + left, () -> true);
    HandlerScope.run(
        scope, () -> assertThat(bench.publisher.call("body", CALL.noTimeout())).isNull());
    Map<String, String> headers = transport.onlySent().message().message().headers();
    assertThat(Long.parseLong(headers.get("parley-timeout"))).isBetween(1L, 80L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCallInAHandlerWhoseCallerHasGoneIsNotSent(boolean intercepted) {
    RecordingTransport transport = bench(intercepted);
    HandlerScope late =
        new HandlerScope(bench.broker, true, bench.timer.nanoTime() - 1, () -> true);
    HandlerScope.run(
        late,
        () ->
            assertThatThrownBy(() -> bench.publisher.call("body", CALL))
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining("the deadline of the handler"));
    assertThat(transport.sent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closingEndsTheWaiting(boolean intercepted) throws Exception {
    RecordingTransport transport = bench(intercepted);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                bench.publisher.call("body", CALL.noTimeout());
              } catch (RuntimeException e) {
                thrown.complete(e);
              }
            },
            "caller");
    caller.start();
    await().until(() -> !transport.sent().isEmpty());
    bench.publisher.closeOutside();
    assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(BrokerClosedException.class);
  }
}
