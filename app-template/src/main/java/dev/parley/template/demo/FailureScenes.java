package dev.parley.template.demo;

import static dev.parley.template.demo.Stage.to;

import dev.parley.BrokerException;
import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.PublishOptions;
import dev.parley.template.service.Order;
import dev.parley.template.service.Receipt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that fail: the caller learns why, at once, instead of waiting out its time. */
final class FailureScenes {

  private final Stage stage;
  private final Transcript transcript;

  FailureScenes(Stage stage) {
    this.stage = stage;
    this.transcript = stage.transcript();
  }

  void play() {
    invalidMessage();
    handlerFailed();
    noHandler();
    fibonacci();
    fibonacciOutOfBounds();
  }

  private void invalidMessage() {
    transcript.scene("A body that fails validation does not reach the handler.");
    transcript.code("record Order(@NotBlank String id, @Positive int quantity, ...) {}");
    transcript.code("broker.publish(order, to(\"orders\").callback(Receipt.class))");
    Failure failure = failureOf(new Order("", 0, "tea", "Ada"), to("orders"), Receipt.class);
    transcript.result("threw", "INVALID_MESSAGE", failure.code());
    transcript.result(
        "violations",
        List.of("id: must not be blank", "quantity: must be greater than 0"),
        failure.details());
  }

  private void handlerFailed() {
    transcript.scene("A handler that fails tells its caller why; its stack trace stays at home.");
    transcript.code("throw new Reject(\"No price for ...\")");
    Failure failure = failureOf(stage.order(1, "caviar"), to("orders"), Receipt.class);
    transcript.result("threw", "HANDLER_FAILED", failure.code());
    transcript.result("reason", List.of("Reject", "No price for \"caviar\""), failure.details());
  }

  private void noHandler() {
    transcript.scene(
        "Nobody has ever declared that queue: no wait, and nothing is lost in the void.");
    transcript.code("broker.publish(order, to(\"nobody\").callback(Receipt.class))");
    Failure failure = failureOf(stage.order(1, "tea"), to("nobody"), Receipt.class);
    transcript.result("threw", "NO_HANDLER", failure.code());
  }

  private void fibonacci() {
    transcript.scene("The Fibonacci server of the RabbitMQ tutorial.");
    transcript.code("broker.publish(30, to(\"rpc_queue\").callback(Long.class))");
    @Nullable Long number = stage.broker().publish(30, to("rpc_queue").callback(Long.class));
    transcript.result("returned", "832040", String.valueOf(number));
  }

  private void fibonacciOutOfBounds() {
    transcript.scene("It checks its bounds, which the tutorial leaves to the reader.");
    transcript.code("@Subscriber(\"rpc_queue\") long fibonacci(@Min(0) @Max(92) int n)");
    transcript.code("broker.publish(93, to(\"rpc_queue\").callback(Long.class))");
    Failure failure = failureOf(93, to("rpc_queue"), Long.class);
    transcript.result("threw", "INVALID_MESSAGE", failure.code());
    transcript.result(
        "violations", List.of("n: must be less than or equal to 92"), failure.details());
  }

  private Failure failureOf(Object message, PublishOptions to, Class<?> replyType) {
    try {
      Object reply = stage.broker().publish(message, to.callback(replyType));
      return new Failure("nothing, and returned " + reply, List.of());
    } catch (BrokerException e) {
      return new Failure(e.code().name(), detailsOf(e));
    }
  }

  private static List<String> detailsOf(BrokerException exception) {
    if (exception instanceof InvalidMessageException e) {
      return e.violations().stream().map(Object::toString).sorted().toList();
    }
    if (exception instanceof HandlerFailedException e) {
      return List.of(e.remoteType(), e.remoteMessage());
    }
    return List.of();
  }

  /** What the caller learned. */
  private record Failure(String code, List<String> details) {}
}
