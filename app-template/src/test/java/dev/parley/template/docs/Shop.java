package dev.parley.template.docs;

// tag::Shop
import static dev.parley.PublishOptions.to;

import dev.parley.Application;
import dev.parley.Subscriber;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;

public final class Shop {
  public record Order(@NotBlank String id, @Positive int quantity) {}

  public record Receipt(String id, long cents) {}

  @Subscriber("orders")
  public Receipt place(Order order) {
    return new Receipt(order.id(), 250L * order.quantity());
  }

  public static void main(String[] args) {
    var call = to("orders").callback(Receipt.class);
    Application.configure(args)
        .handlers(new Shop())
        .afterStart(broker -> System.out.println(broker.publish(new Order("A-1", 3), call)))
        .run();
  }
}
// end::Shop
