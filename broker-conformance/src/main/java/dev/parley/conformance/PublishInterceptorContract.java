package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.PublishInterceptor;
import dev.parley.Reply;
import dev.parley.TypeRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What runs around publishing. */
abstract class PublishInterceptorContract extends Chapter {

  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

  private static @Nullable String call(Broker broker, String queue) {
    return broker.publish("x", to(queue).callback(String.class).raiseTimeout());
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
