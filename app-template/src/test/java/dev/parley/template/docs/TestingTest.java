package dev.parley.template.docs;

// tag::test
import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.template.docs.Shop.Order;
import dev.parley.template.docs.Shop.Receipt;
import dev.parley.test.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestingTest {
  @RegisterExtension TestBroker broker = TestBroker.with(new Shop()).declaring("receipts");

  @Test
  void orderOfThreeCosts750Cents() {
    Receipt receipt = broker.publish(new Order("A-1", 3), to("orders").callback(Receipt.class));

    assertThat(receipt).isEqualTo(new Receipt("A-1", 750));
  }

  @Test
  void receiptGoesWhereTheOrderSays() {
    broker.publish(new Order("A-1", 3), to("orders").replyTo("receipts"));

    broker.awaitHandled("orders"); // has run, and its message is acknowledged
    assertThat(broker.published("receipts", Receipt.class))
        .containsExactly(new Receipt("A-1", 750));
  }
}
// end::test
