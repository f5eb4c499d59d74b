package dev.parley.template.demo;

import static dev.parley.template.demo.Stage.to;
import static dev.parley.template.demo.Stage.toTopic;

import dev.parley.template.service.Order;
import dev.parley.template.service.Receipt;
import java.util.List;

/** What happens to messages that nobody waits for. */
final class DeliveryScenes {

  private final Stage stage;
  private final Transcript transcript;

  DeliveryScenes(Stage stage) {
    this.stage = stage;
    this.transcript = stage.transcript();
  }

  void play() {
    topic();
    retry();
    deadLetter();
  }

  private void topic() {
    transcript.scene("Topic: each group gets a copy.");
    transcript.code("@Subscriber(topic = \"receipts.issued\", group = \"billing\")");
    transcript.code("@Subscriber(topic = \"receipts.issued\", group = \"shipping\")");
    transcript.code("broker.publish(receipt, toTopic(\"receipts.issued\"))");
    Receipt receipt = new Receipt(stage.sightings().newId(), 750);
    stage.broker().publish(receipt, toTopic("receipts.issued"));
    String id = receipt.orderId();
    transcript.result("billing had", "750 cents", stage.sightings().next("billing", id));
    transcript.result("shipping had", "750 cents", stage.sightings().next("shipping", id));
  }

  private void retry() {
    transcript.scene("A handler that fails is tried again, after a pause that grows.");
    transcript.code("@Subscriber(value = \"labels\", retry = \"2\")");
    transcript.code("broker.publish(order, to(\"labels\"))");
    Order order = stage.order(1, "tea");
    stage.broker().publish(order, to("labels"));
    for (String expected : List.of("attempt 1 fails", "attempt 2 fails", "attempt 3 succeeds")) {
      transcript.result("handler", expected, stage.sightings().next("labels", order.id()));
    }
  }

  private void deadLetter() {
    transcript.scene("What fails at its last attempt is kept as a dead letter, with the reason.");
    transcript.code("broker.publish(order, to(\"labels\"))");
    transcript.code("@Subscriber(\"labels.dead\") void onDeadLabel(Message<Order> letter)");
    Order order = stage.order(1, "cake");
    stage.broker().publish(order, to("labels"));
    String id = order.id();
    transcript.result("attempts", "3", stage.sightings().next("dead", id));
    transcript.result("error", "The printer is out of paper", stage.sightings().next("dead", id));
  }
}
