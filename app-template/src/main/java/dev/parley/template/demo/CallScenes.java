package dev.parley.template.demo;

import static dev.parley.template.demo.Stage.to;
import static java.util.Objects.requireNonNull;

import dev.parley.CallTimeoutException;
import dev.parley.Reply;
import dev.parley.template.service.Order;
import dev.parley.template.service.OrderClient;
import dev.parley.template.service.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Messages and calls that go well, and what happens to a call when time runs out. */
final class CallScenes {

  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Stage stage;
  private final Transcript transcript;
  private final OrderClient client;

  CallScenes(Stage stage) {
    this.stage = stage;
    this.transcript = stage.transcript();
    this.client = new OrderClient(stage.broker(), Stage.PREFIX);
  }

  void play() {
    fireAndForget();
    replyToHandler();
    call();
    future();
    timeoutIsNull();
    timeoutIsRaised();
    noTimeout();
    fullReply();
  }

  private void fireAndForget() {
    transcript.scene("Fire and forget: publish returns when the broker has the message.");
    transcript.code("broker.publish(order, to(\"orders\"))");
    Order order = stage.order(3, "tea");
    client.send(order);
    transcript.result(
        "the handler of \"orders\" had",
        "3 tea for Ada",
        stage.sightings().next("handled", order.id()));
  }

  private void replyToHandler() {
    transcript.scene("Request without waiting: the reply goes to the handler of another queue.");
    transcript.code("broker.publish(order, to(\"orders\").replyTo(\"receipts\"))");
    Order order = stage.order(3, "tea");
    client.request(order);
    transcript.result(
        "the handler of \"receipts\" had",
        "750 cents",
        stage.sightings().next("receipts", order.id()));
  }

  private void call() {
    transcript.scene("Call: publish waits for the reply and returns it.");
    transcript.code("broker.publish(order, to(\"orders\").callback(Receipt.class))");
    Order order = stage.order(2, "coffee");
    Receipt receipt = client.place(order, LONG);
    transcript.result("returned", "640 cents", describe(receipt));
    transcript.result("it is the receipt of this order", true, isOf(order, receipt));
  }

  private void future() {
    transcript.scene("Call as a future: many calls are under way at once, on one connection.");
    transcript.code("broker.publishAsync(order, to(\"orders\").callback(Receipt.class))");
    CompletableFuture<Receipt> tea = client.placeAsync(stage.order(1, "tea"));
    CompletableFuture<Receipt> cake = client.placeAsync(stage.order(1, "cake"));
    long sum = tea.join().cents() + cake.join().cents();
    transcript.result("both receipts together", "730 cents", sum + " cents");
  }

  private void timeoutIsNull() {
    transcript.scene("Call with a limit: null when no reply came in time.");
    transcript.code("broker.publish(order, to(\"slow\").callback(Receipt.class).timeout(limit))");
    @Nullable Receipt receipt =
        stage
            .broker()
            .publish(
                stage.order(1, "tea", "Ben"), to("slow").callback(Receipt.class).timeout(SHORT));
    transcript.result("returned", "null", String.valueOf(receipt));
  }

  private void timeoutIsRaised() {
    transcript.scene("The same with raiseTimeout: an exception in place of null.");
    transcript.code("...callback(Receipt.class).timeout(limit).raiseTimeout()");
    transcript.result("threw", "TIMEOUT", raisedTimeout());
  }

  private String raisedTimeout() {
    try {
      @Nullable Receipt receipt =
          stage
              .broker()
              .publish(
                  stage.order(1, "tea", "Cleo"),
                  to("slow").callback(Receipt.class).timeout(SHORT).raiseTimeout());
      return "nothing, and returned " + receipt;
    } catch (CallTimeoutException e) {
      return e.code().name();
    }
  }

  private void noTimeout() {
    transcript.scene("The same with noTimeout: it waits as long as it takes.");
    transcript.code("...callback(Receipt.class).noTimeout()");
    @Nullable Receipt receipt =
        stage
            .broker()
            .publish(stage.order(1, "tea", "Dora"), to("slow").callback(Receipt.class).noTimeout());
    transcript.result("returned", "100 cents", receipt == null ? "null" : describe(receipt));
  }

  private void fullReply() {
    transcript.scene("Full reply: who served it, and where the time went.");
    transcript.code("Reply<Receipt> reply = broker.request(order, to(\"orders\").callback(...))");
    Order order = stage.order(2, "cake");
    Reply<Receipt> reply =
        stage.broker().request(order, to("orders").callback(Receipt.class).timeout(LONG));
    transcript.result("reply.value()", "960 cents", describe(requireNonNull(reply.value())));
    transcript.result(
        "reply.server() is this program",
        true,
        reply.server().equals(Optional.of(stage.broker().name())));
    transcript.result(
        "reply.queued(), handled() and total() are known",
        true,
        reply.queued().isPresent() && reply.handled().isPresent() && reply.total().isPresent());
  }

  private static String describe(Receipt receipt) {
    return receipt.cents() + " cents";
  }

  private static boolean isOf(Order order, Receipt receipt) {
    return receipt.orderId().equals(order.id());
  }
}
