package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Batch;
import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandleInterceptor;
import dev.parley.HandlerFailedException;
import dev.parley.Message;
import dev.parley.PublishInterceptor;
import dev.parley.Reject;
import dev.parley.Reply;
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What runs around publishing and handling. */
abstract class InterceptorContract extends Chapter {

  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

  private HandleInterceptor around(String name) {
    return (message, next) -> {
      steps.add(name + " in");
      Object result = next.proceed();
      steps.add(name + " out");
      return result;
    };
  }

  private Broker echo(String queue, HandleInterceptor... interceptors) {
    Broker.Builder builder = fixture.builder();
    for (HandleInterceptor interceptor : interceptors) {
      builder.intercept(interceptor);
    }
    Broker broker = fixture.open(builder);
    broker.subscribe(
        queue(queue).retry(0),
        String.class,
        body -> {
          steps.add("handler");
          return body;
        });
    broker.start();
    return broker;
  }

  private static @Nullable String call(Broker broker, String queue) {
    return broker.publish("x", to(queue).callback(String.class).raiseTimeout());
  }

  @Test
  void theFirstInterceptorOfHandlersIsTheOutermost() {
    String queue = fixture.name("order");
    Broker broker = echo(queue, around("a"), around("b"));

    call(broker, queue);

    assertThat(steps).containsExactly("a in", "b in", "handler", "b out", "a out");
  }

  @Test
  void anInterceptorSeesTheMessageDecoded() {
    String queue = fixture.name("seen");
    Broker broker =
        echo(
            queue,
            (message, next) -> {
              steps.add(message.queue() + " " + message.body() + " " + message.attempt());
              return next.proceed();
            });

    call(broker, queue);

    assertThat(steps).containsExactly(queue + " x 1", "handler");
  }

  @Test
  void anInterceptorCanReplaceTheReply() {
    String queue = fixture.name("replaced");
    Broker broker = echo(queue, (message, next) -> next.proceed() + "!");

    assertThat(call(broker, queue)).isEqualTo("x!");
  }

  @Test
  void anInterceptorCanRefuse() {
    String queue = fixture.name("refused");
    Broker broker =
        echo(
            queue,
            (message, next) -> {
              throw new Reject("not allowed");
            });

    HandlerFailedException failure =
        (HandlerFailedException)
            Expect.failsAtOnce(ErrorCode.HANDLER_FAILED, () -> call(broker, queue));

    assertThat(failure.remoteMessage()).isEqualTo("not allowed");
    assertThat(steps).isEmpty();
  }

  @Test
  void anInterceptorThatDoesNotProceedIsAFailedAttempt() {
    String queue = fixture.name("swallowed");
    Broker broker = echo(queue, (message, next) -> "made up");

    Expect.failsAtOnce(ErrorCode.HANDLER_FAILED, () -> call(broker, queue));
    assertThat(broker.counters().get(Counter.FAILED)).isEqualTo(1);
  }

  @Test
  void anInterceptorThatProceedsTwiceIsAFailedAttempt() {
    String queue = fixture.name("doubled");
    Broker broker =
        echo(
            queue,
            (message, next) -> {
              next.proceed();
              return next.proceed();
            });

    Expect.failsAtOnce(ErrorCode.HANDLER_FAILED, () -> call(broker, queue));
    assertThat(steps).containsExactly("handler");
  }

  @Test
  void everyMessageOfABatchPassesOnItsOwn() throws Exception {
    String queue = fixture.name("batched");
    Broker broker =
        fixture.open(
            fixture
                .builder()
                .intercept(
                    (message, next) -> {
                      steps.add(String.valueOf(message.body()));
                      return next.proceed();
                    }));
    Seen<Integer> sizes = new Seen<>();
    broker.consume(
        queue(queue).batch(2, Duration.ofSeconds(20)),
        new TypeRef<Batch<String>>() {},
        batch -> sizes.handle(batch.size()));
    broker.start();

    broker.publish("a", to(queue));
    broker.publish("b", to(queue));

    assertThat(sizes.next()).isEqualTo(2);
    assertThat(steps).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aMessageThatIsRefusedLeavesItsBatch() throws Exception {
    String queue = fixture.name("batched");
    Broker broker =
        fixture.open(
            fixture
                .builder()
                .intercept(
                    (message, next) -> {
                      if ("bad".equals(message.body())) {
                        throw new Reject("not allowed");
                      }
                      return next.proceed();
                    }));
    Seen<List<String>> batches = new Seen<>();
    broker.consume(
        queue(queue).batch(2, Duration.ofSeconds(20)),
        new TypeRef<Batch<String>>() {},
        batch -> batches.handle(new ArrayList<>(batch.bodies())));
    broker.start();

    broker.publish("bad", to(queue));
    broker.publish("good", to(queue));

    assertThat(batches.next()).containsExactly("good");
    Expect.counter(broker, Counter.HANDLED, 1);
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
  }

  private Broker publisher(PublishInterceptor... interceptors) {
    Broker.Builder builder = fixture.builder();
    for (PublishInterceptor interceptor : interceptors) {
      builder.intercept(interceptor);
    }
    return fixture.open(builder);
  }

  private PublishInterceptor publishing(String name) {
    return (message, options, next) -> {
      steps.add(name + " to " + options.name());
      return next.proceed(message).whenComplete((done, error) -> steps.add(name + " done"));
    };
  }

  @Test
  void theFirstInterceptorOfPublishesIsTheOutermost() {
    String queue = fixture.name("published");
    Broker broker = publisher(publishing("a"), publishing("b"));
    broker.declare(queue);

    broker.publish("x", to(queue));

    assertThat(steps).containsExactly("a to " + queue, "b to " + queue, "b done", "a done");
  }

  @Test
  void anInterceptorCanAddHeadersAndSeesThoseOfTheOptions() throws Exception {
    String queue = fixture.name("headers");
    Seen<Message<String>> seen = new Seen<>();
    fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));
    Broker broker =
        publisher(
            (message, options, next) ->
                next.proceed(
                    message.header("tenant", "t-" + message.header("user").orElse("none"))));

    broker.publish("x", to(queue).header("user", "u"));

    assertThat(seen.next().headers()).containsEntry("tenant", "t-u").containsEntry("user", "u");
  }

  @Test
  void anInterceptorOfACallSeesItsReply() {
    String queue = fixture.name("called");
    fixture.started(on -> on.subscribe(queue, String.class, body -> body + "!"));
    Broker broker =
        publisher(
            (message, options, next) ->
                next.proceed(message)
                    .whenComplete(
                        (reply, error) ->
                            steps.add(
                                reply instanceof Reply<?> full
                                    ? String.valueOf(full.value())
                                    : "no reply: " + error)));

    assertThat(call(broker, queue)).isEqualTo("x!");
    assertThat(steps).containsExactly("x!");
  }

  @Test
  void anInterceptorThatThrowsFailsThePublish() {
    String queue = fixture.name("thrown");
    Broker broker =
        publisher(
            (message, options, next) -> {
              throw new IllegalStateException("no tenant");
            });
    broker.declare(queue);

    assertThat(catchThrowable(() -> broker.publish("x", to(queue))))
        .hasStackTraceContaining("no tenant");
    assertThat(broker.publishAsync("x", to(queue))).failsWithin(Expect.AT_ONCE);
    assertThat(broker.publishAsync("x", to(queue).callback(String.class)))
        .failsWithin(Expect.AT_ONCE);
    assertThat(broker.counters().get(Counter.PUBLISHED)).isZero();
    Expect.noCallInFlight(broker);
  }

  @Test
  void anInterceptorThatDoesNotProceedFailsThePublish() {
    String queue = fixture.name("dropped");
    CompletionStage<Object> madeUp = CompletableFuture.completedFuture("made up");
    Broker broker = publisher((message, options, next) -> madeUp);
    broker.declare(queue);

    assertThat(catchThrowable(() -> broker.publish("x", to(queue))))
        .isInstanceOf(RuntimeException.class);
    assertThat(catchThrowable(() -> call(broker, queue))).isInstanceOf(RuntimeException.class);
    assertThat(broker.counters().get(Counter.PUBLISHED)).isZero();
  }

  @Test
  void anInterceptorThatProceedsTwiceSendsOnceAtMost() {
    String queue = fixture.name("twice");
    Broker broker =
        publisher(
            (message, options, next) -> {
              next.proceed(message);
              return next.proceed(message);
            });
    broker.declare(queue);

    assertThat(catchThrowable(() -> broker.publish("x", to(queue))))
        .isInstanceOf(RuntimeException.class);
    assertThat(broker.counters().get(Counter.PUBLISHED)).isLessThanOrEqualTo(1);
  }
}
