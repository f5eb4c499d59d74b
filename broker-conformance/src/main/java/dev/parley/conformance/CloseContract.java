package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.Subscription;
import dev.parley.SubscriptionState;
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §5: {@code close()} drains, always. */
abstract class CloseContract extends Chapter {

  /** Closes it on a thread of its own, and returns once it refuses work from outside. */
  private CompletableFuture<Void> closing(Broker broker) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                broker.close();
                closed.complete(null);
              } catch (RuntimeException e) {
                closed.completeExceptionally(e);
              }
            },
            "closing-broker");
    thread.setDaemon(true);
    thread.start();
    String nowhere = fixture.name("nowhere");
    await()
        .until(
            () ->
                catchThrowable(() -> broker.publish("x", to(nowhere))) instanceof BrokerException e
                    && e.code() == ErrorCode.CLOSED);
    return closed;
  }

  @Test
  void runningHandlersFinishAndTheirRepliesAreSent() throws Exception {
    String queue = fixture.name("running");
    Gate gate = new Gate();
    Broker server =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      gate.pass();
                      return body + "!";
                    }));
    CompletableFuture<@Nullable String> call =
        fixture.broker().publishAsync("x", to(queue).callback(String.class));
    gate.awaitEntered(1);

    CompletableFuture<Void> closed = closing(server);
    assertThat(closed).as("it waits for the handler").isNotDone();
    gate.open();

    assertThat(call.get()).isEqualTo("x!");
    closed.get(10, TimeUnit.SECONDS);
    assertThat(server.counters().get(Counter.HANDLED)).isEqualTo(1);
  }

  @Test
  void runningHandlersFinishTheirOwnCalls() throws Exception {
    String inner = fixture.name("inner");
    String outer = fixture.name("outer");
    fixture.started(on -> on.subscribe(inner, String.class, body -> body + "!"));
    Gate gate = new Gate();
    Broker server = fixture.broker();
    server.subscribe(
        outer,
        String.class,
        body -> {
          gate.pass();
          return server.publish(body, to(inner).callback(String.class).raiseTimeout());
        });
    server.start();
    CompletableFuture<@Nullable String> call =
        fixture.broker().publishAsync("x", to(outer).callback(String.class));
    gate.awaitEntered(1);

    CompletableFuture<Void> closed = closing(server);
    gate.open();

    assertThat(call.get()).isEqualTo("x!");
    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void callsFromOutsideFailAtOnceWhileHandlersFinish() throws Exception {
    String queue = fixture.name("running");
    String nobody = fixture.name("nobody");
    Gate gate = new Gate();
    Broker server = fixture.started(on -> on.consume(queue, String.class, body -> gate.pass()));
    server.declare(nobody);
    server.publish("x", to(queue));
    gate.awaitEntered(1);
    CompletableFuture<@Nullable String> outside =
        server.publishAsync("x", to(nobody).callback(String.class));

    CompletableFuture<Void> closed = closing(server);

    Expect.failsAtOnce(ErrorCode.CLOSED, outside::get);
    assertThat(closed).as("it still waits for the handler").isNotDone();
    gate.open();
    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void messagesNotBegunAreHandedBackUntouched() throws Exception {
    String queue = fixture.name("handed-back");
    Gate gate = new Gate();
    Broker first = fixture.started(on -> on.consume(queue, String.class, body -> gate.pass()));
    for (String body : List.of("a", "b", "c", "d")) {
      first.publish(body, to(queue));
    }
    gate.awaitEntered(1);
    Expect.counter(first, Counter.RECEIVED, 4);
    CompletableFuture<Void> closed = closing(first);
    gate.open();
    closed.get(10, TimeUnit.SECONDS);
    assertThat(gate.entered()).isEqualTo(1);
    assertThat(first.counters().get(Counter.HANDLED)).isEqualTo(1);
    Seen<Message<String>> seen = new Seen<>();

    fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));

    List<Message<String>> messages = seen.next(3);
    assertThat(messages).extracting(Message::body).containsExactlyInAnyOrder("b", "c", "d");
    assertThat(messages).extracting(Message::attempt).containsOnly(1);
    seen.assertNothingMore();
  }

  @Test
  void closeHasALimitAtWhichHandlersAreInterrupted() throws Exception {
    String queue = fixture.name("stubborn");
    Gate never = new Gate();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Broker server =
        fixture.started(
            on ->
                on.consume(
                    queue,
                    String.class,
                    body -> {
                      try {
                        never.pass();
                      } catch (InterruptedException e) {
                        interrupted.complete(true);
                        throw e;
                      }
                    }));
    server.publish("x", to(queue));
    never.awaitEntered(1);
    long begin = System.nanoTime();

    server.close(Duration.ofMillis(300));

    assertThat(Expect.since(begin)).isLessThan(Duration.ofSeconds(10));
    assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
    Seen<Message<String>> seen = new Seen<>();
    fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));
    Message<String> again = seen.next();
    assertThat(again.body()).isEqualTo("x");
    assertThat(again.attempt()).as("it was released, not failed").isEqualTo(1);
  }

  @Test
  void closingTwiceAndFromTwoThreadsIsNoMistake() throws Exception {
    String queue = fixture.name("twice");
    Broker broker = fixture.started(on -> on.consume(queue, String.class, body -> {}));
    broker.publish("x", to(queue));

    CompletableFuture<Void> one = CompletableFuture.runAsync(broker::close);
    CompletableFuture<Void> two = CompletableFuture.runAsync(broker::close);
    one.get(15, TimeUnit.SECONDS);
    two.get(15, TimeUnit.SECONDS);
    broker.close();

    assertThat(broker.subscriptions())
        .extracting(Subscription::state)
        .containsOnly(SubscriptionState.STOPPED);
  }

  @Test
  void aHandlerCanCloseItsBroker() throws Exception {
    String queue = fixture.name("self");
    Broker server = fixture.broker();
    Seen<String> after = new Seen<>();
    server.subscribe(
        queue,
        String.class,
        body -> {
          server.close();
          after.handle("close has returned");
          return "goodbye";
        });
    server.start();
    Broker client = fixture.broker();

    assertThat(client.publish("x", to(queue).callback(String.class).raiseTimeout()))
        .isEqualTo("goodbye");

    assertThat(after.next()).isEqualTo("close has returned");
    await()
        .until(() -> server.subscription(queue).orElseThrow().state() == SubscriptionState.STOPPED);
    Fixture.awaitNoThreadOf(server.name());
  }

  @Test
  void aBrokerThatWasNeverUsedCloses() {
    Broker broker = fixture.broker();
    broker.consume(fixture.name("q"), String.class, body -> {});

    broker.close();

    Fixture.awaitNoThreadOf(broker.name());
  }

  @Test
  void closeUnderLoadLosesNothing() throws Exception {
    String queue = fixture.name("load");
    Seen<Integer> seen = new Seen<>();
    Broker publisher = fixture.broker();
    publisher.declare(queue);
    Broker first = fixture.broker();
    first.consume(queue(queue).concurrency(4), Integer.class, seen);
    first.start();
    for (int i = 0; i < 500; i++) {
      CompletableFuture<@Nullable Void> published = publisher.publishAsync(i, to(queue));
      if (i == 250) {
        published.get();
      }
    }

    first.close();
    fixture.started(on -> on.consume(queue, Integer.class, seen));

    List<Integer> all = seen.next(500);
    assertThat(all).as("none twice either, as all was in order").doesNotHaveDuplicates();
  }
}
