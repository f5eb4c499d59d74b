package dev.parley.rabbit;

import static org.awaitility.Awaitility.await;

import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** What came to a listening. */
final class Reader implements DeliveryListener {

  final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  final List<State> states = new CopyOnWriteArrayList<>();
  Listening listening;
  volatile boolean acknowledgeAll;

  @Override
  public void delivered(Delivery delivery) {
    deliveries.add(delivery);
    if (acknowledgeAll) {
      delivery.settle(Settlement.DONE, List.of(), result -> {});
    }
  }

  @Override
  public void changed(State state, Throwable error) {
    states.add(state);
  }

  State state() {
    return states.isEmpty() ? State.STARTING : states.get(states.size() - 1);
  }

  void awaitConsuming() {
    await().atMost(TestClient.LIMIT).until(() -> state() == State.CONSUMING);
  }

  /** The delivery of that number, from 0, once it is there. */
  Delivery delivery(int index) {
    await().atMost(TestClient.LIMIT).until(() -> deliveries.size() > index);
    return deliveries.get(index);
  }

  List<String> bodies() {
    return deliveries.stream().map(each -> TestClient.body(each.message())).toList();
  }

  static SettleResult settle(Delivery delivery, Settlement settlement, Outgoing... outputs) {
    CompletableFuture<SettleResult> result = new CompletableFuture<>();
    delivery.settle(settlement, List.of(outputs), result::complete);
    return TestClient.get(result);
  }
}
