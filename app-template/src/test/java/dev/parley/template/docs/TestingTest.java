package dev.parley.template.docs;

// tag::test
import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.template.docs.Shop.Order;
import dev.parley.template.docs.Shop.Receipt;
import org.junit.jupiter.api.Test;

class TestingTest {
  @Test
  void orderOfThreeCosts750Cents() {
    try (Broker broker = Broker.of("memory:testing")) { // this name is this test's own
      broker.register(new Shop());
      broker.start();

      Receipt receipt = broker.publish(new Order("A-1", 3), to("orders").callback(Receipt.class));

      assertThat(receipt).isEqualTo(new Receipt("A-1", 750));
    }
  }
}
// end::test
