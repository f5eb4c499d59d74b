package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.Message;
import dev.parley.PublishTo;
import dev.parley.Reply;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import dev.parley.conformance.Samples.Receipt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §1: what a handler can return, and where that goes. */
abstract class ResultContract extends Chapter {

  @Test
  void theReturnValueGoesToTheCaller() {
    String queue = fixture.name("orders");
    Broker broker =
        fixture.started(
            on -> on.subscribe(queue, Order.class, order -> new Receipt(order.id(), 100)));

    assertThat(broker.publish(new Order("o-1", 1), to(queue).callback(Receipt.class)))
        .isEqualTo(new Receipt("o-1", 100));
  }

  @Test
  void aHandlerWithoutAResultAnswersWithNothing() {
    String queue = fixture.name("void");
    Seen<String> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, String.class, seen));

    Reply<String> reply = broker.request("x", to(queue).callback(String.class).raiseTimeout());

    assertThat(reply.isError()).isFalse();
    assertThat(seen.waiting()).isEqualTo(1);
  }

  @Test
  void aStageIsRepliedWhenItCompletes() throws Exception {
    String queue = fixture.name("stage");
    CompletableFuture<String> later = new CompletableFuture<>();
    Gate asked = new Gate();
    asked.open();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      asked.pass();
                      return later;
                    }));

    CompletableFuture<@Nullable String> call =
        broker.publishAsync("x", to(queue).callback(String.class));
    asked.awaitEntered(1);
    assertThat(call).isNotDone();
    later.complete("done");

    assertThat(call.get()).isEqualTo("done");
  }

  @Test
  void aStageThatFailsIsAFailedHandler() {
    String queue = fixture.name("failing-stage");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> CompletableFuture.failedFuture(new IllegalStateException("no luck"))));

    HandlerFailedException failure =
        (HandlerFailedException)
            Expect.failsAtOnce(
                ErrorCode.HANDLER_FAILED,
                () -> broker.publish("x", to(queue).callback(String.class)));

    assertThat(failure.remoteType()).isEqualTo("IllegalStateException");
    assertThat(failure.remoteMessage()).isEqualTo("no luck");
  }

  @Test
  void aStageHoldsItsMessageUntilItCompletes() {
    String queue = fixture.name("held");
    CompletableFuture<Void> later = new CompletableFuture<>();
    Broker broker = fixture.started(on -> on.subscribe(queue, String.class, body -> later));

    broker.publish("x", to(queue));
    Expect.counter(broker, Counter.RECEIVED, 1);

    assertThat(broker.counters().get(Counter.HANDLED)).isZero();
    assertThat(broker.health().subscription(queue).orElseThrow().inFlight()).isEqualTo(1);
    later.complete(null);
    Expect.counter(broker, Counter.HANDLED, 1);
    await().until(() -> broker.health().subscription(queue).orElseThrow().inFlight() == 0);
  }

  @Test
  void aValueWithHeadersIsRepliedWithThem() {
    String queue = fixture.name("headers");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(queue, String.class, body -> Message.of("value").header("page", "2")));

    Reply<String> reply = broker.request("x", to(queue).callback(String.class));

    assertThat(reply.value()).isEqualTo("value");
    assertThat(reply.headers()).containsEntry("page", "2");
  }

  @Test
  void aListIsOneReply() {
    String queue = fixture.name("list");
    Broker broker = fixture.started(on -> on.subscribe(queue, Integer.class, n -> List.of(n, n)));

    assertThat(broker.publish(7, to(queue).callback(new TypeRef<List<Integer>>() {})))
        .containsExactly(7, 7);
  }

  @Test
  void aResultThatNobodyAsksForIsNoFailure() throws Exception {
    String queue = fixture.name("unasked");
    Seen<String> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      seen.handle(body);
                      return "unasked";
                    }));

    broker.publish("once", to(queue));

    assertThat(seen.next()).isEqualTo("once");
    Expect.counter(broker, Counter.HANDLED, 1);
    seen.assertNothingMore();
    assertThat(broker.counters().get(Counter.FAILED)).isZero();
  }

  /** Results that go to fixed places, too. */
  static final class Forwarding {
    @Subscriber("${app.prefix}in")
    @PublishTo("${app.prefix}out-1")
    @PublishTo("${app.prefix}out-2")
    @PublishTo(topic = "${app.prefix}news")
    @Nullable Receipt forward(Order order) {
      return order.id().equals("nothing") ? null : new Receipt(order.id(), order.quantity());
    }

    @Subscriber("${app.prefix}in-later")
    @PublishTo("${app.prefix}out-1")
    CompletionStage<Message<Receipt>> forwardLater(Order order) {
      return CompletableFuture.completedFuture(
          Message.of(new Receipt(order.id(), 1)).header("by", "stage"));
    }

    @Subscriber(value = "${app.prefix}in-void", retry = "1")
    @PublishTo("${app.prefix}nowhere")
    String forwardToNowhere(String body) {
      return body;
    }
  }

  @Test
  void aResultGoesToItsFixedPlacesAndToTheCaller() throws Exception {
    Seen<Receipt> one = new Seen<>();
    Seen<Receipt> two = new Seen<>();
    Seen<Receipt> news = new Seen<>();
    Broker broker =
        fixture.started(
            on -> {
              on.consume(fixture.name("out-1"), Receipt.class, one);
              on.consume(fixture.name("out-2"), Receipt.class, two);
              on.consume(
                  dev.parley.SubscribeOptions.topic(fixture.name("news"), "readers"),
                  Receipt.class,
                  news);
              on.register(new Forwarding());
            });

    Receipt reply =
        broker.publish(new Order("o-1", 5), to(fixture.name("in")).callback(Receipt.class));

    Receipt expected = new Receipt("o-1", 5);
    assertThat(reply).isEqualTo(expected);
    assertThat(one.next()).isEqualTo(expected);
    assertThat(two.next()).isEqualTo(expected);
    assertThat(news.next()).isEqualTo(expected);
  }

  @Test
  void nullIsNotSentToFixedPlaces() throws Exception {
    Seen<Receipt> out = new Seen<>();
    Broker broker =
        fixture.started(
            on -> {
              on.consume(fixture.name("out-1"), Receipt.class, out);
              on.consume(fixture.name("out-2"), Receipt.class, receipt -> {});
              on.register(new Forwarding());
            });
    broker.declareTopic(fixture.name("news"));

    broker.publish(new Order("nothing", 5), to(fixture.name("in")).callback(Receipt.class));
    broker.publish(new Order("fence", 5), to(fixture.name("in")).callback(Receipt.class));

    assertThat(out.next()).isEqualTo(new Receipt("fence", 5));
  }

  @Test
  void aStageWithHeadersGoesToFixedPlacesWithThem() throws Exception {
    Seen<Message<Receipt>> out = new Seen<>();
    Broker broker =
        fixture.started(
            on -> {
              on.consume(queue(fixture.name("out-1")), new TypeRef<Message<Receipt>>() {}, out);
              on.consume(fixture.name("out-2"), Receipt.class, receipt -> {});
              on.register(new Forwarding());
            });

    broker.publish(new Order("o-1", 1), to(fixture.name("in-later")));

    Message<Receipt> message = out.next();
    assertThat(message.body()).isEqualTo(new Receipt("o-1", 1));
    assertThat(message.header("by")).contains("stage");
  }

  @Test
  void aFixedPlaceThatNobodyDeclaredFailsTheAttempt() {
    Broker broker = fixture.started(on -> on.register(new Forwarding()));

    broker.publish("lost?", to(fixture.name("in-void")));

    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    assertThat(broker.counters().get(Counter.FAILED)).isEqualTo(2);
    try (ForeignClient foreign = fixture.server().foreignClient()) {
      assertThat(foreign.exists(fixture.name("nowhere"))).isFalse();
    }
  }
}
