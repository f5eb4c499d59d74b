package dev.parley.rabbit;

import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Settlement;
import java.util.List;

/** A server that sends every request back as its own reply. */
final class Echo implements DeliveryListener {

  private final TestClient server;

  Echo(TestClient server) {
    this.server = server;
  }

  @Override
  public void delivered(Delivery delivery) {
    Outgoing reply =
        Outgoing.persistent(
            delivery.message().replyTo(), delivery.message(), server.deadline(TestClient.LIMIT));
    delivery.settle(Settlement.DONE, List.of(reply), result -> {});
  }

  @Override
  public void changed(State state, Throwable error) {
    // the queue is declared ahead, so nothing depends on it
  }
}
