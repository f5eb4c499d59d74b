package dev.parley.template.docs;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShopTest extends Bench {

  @Test
  void repliesWithTheReceipt() {
    broker.register(new Shop());
    broker.start();

    assertThat(broker.publish(new Shop.Order("A-1", 3), to("orders").callback(Shop.Receipt.class)))
        .isEqualTo(new Shop.Receipt("A-1", 750));
  }
}
