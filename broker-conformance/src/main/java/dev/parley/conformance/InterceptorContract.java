package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Batch;
import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandleInterceptor;
import dev.parley.HandlerFailedException;
import dev.parley.Reject;
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What runs around handlers. */
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
}
