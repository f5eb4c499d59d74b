package dev.parley.memory;

import static dev.parley.memory.TestClient.body;
import static dev.parley.memory.TestClient.settle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.memory.MemoryFaults.Fault;
import dev.parley.memory.TestClient.Handler;
import dev.parley.memory.TestClient.Mailbox;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SendResult.Status;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryFaultsTest {

  private static final Address ORDERS = Address.queue("orders");
  private static final Source SOURCE = Source.queue("orders");

  private final ManualScheduler scheduler = new ManualScheduler(0);
  private final MemoryBroker broker = MemoryBroker.create();
  private final TestClient client = TestClient.on(broker.url(), scheduler);

  @AfterEach
  void close() {
    client.close();
    broker.close();
  }

  @Test
  void aDroppedMessageIsConfirmedAndLost() {
    Handler handler = client.listen(SOURCE, 9);
    broker.faults().dropNext("orders");

    assertThat(client.send(ORDERS, "a")).isEqualTo(SendResult.CONFIRMED);
    assertThat(client.send(ORDERS, "b")).isEqualTo(SendResult.CONFIRMED);
    assertThat(handler.bodies()).containsExactly("b");
  }

  @Test
  void aDroppedReplyIsThatOfTheNamedQueueOnly() {
    Handler orders = client.listen(SOURCE, 9);
    Handler others = client.listen(Source.queue("others"), 9);
    Mailbox caller = client.openInbox();
    broker.faults().dropNextReply("orders");
    client.send(ORDERS, "a");
    client.send(Address.queue("others"), "b");

    settle(others.last(), Settlement.DONE, reply(others.last(), caller, "to b"));
    SettleResult result =
        settle(orders.last(), Settlement.DONE, reply(orders.last(), caller, "to a"));

    assertThat(result).isEqualTo(SettleResult.SETTLED);
    assertThat(caller.bodies).containsExactly("to b");
  }

  private Outgoing reply(Delivery request, Mailbox caller, String body) {
    Outgoing plain = client.outgoing(caller.address(), body);
    return new Outgoing(
        plain.to(),
        plain.message(),
        plain.deadlineNanos(),
        true,
        null,
        null,
        Duration.ZERO,
        List.of(),
        null,
        request);
  }

  @Test
  void aDuplicatedMessageComesTwice() {
    Handler handler = client.listen(SOURCE, 9);
    broker.faults().duplicateNext("orders");
    client.send(ORDERS, "a");
    client.send(ORDERS, "b");

    assertThat(handler.bodies()).containsExactly("a", "a", "b");
  }

  @Test
  void aDelayedMessageIsOvertaken() {
    Handler handler = client.listen(SOURCE, 9);
    broker.faults().delayNext("orders", Duration.ofSeconds(1));
    client.send(ORDERS, "a");
    client.send(ORDERS, "b");
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(handler.bodies()).containsExactly("b", "a");
  }

  @Test
  void refusalLastsUntilItIsCleared() {
    Handler handler = client.listen(SOURCE, 9);
    broker.faults().refuse("orders");
    assertThat(client.send(ORDERS, "a").status()).isEqualTo(Status.REFUSED);
    assertThat(client.send(ORDERS, "b").status()).isEqualTo(Status.REFUSED);
    broker.faults().clear();
    broker.faults().refuseNext("orders");
    assertThat(client.send(ORDERS, "c").status()).isEqualTo(Status.REFUSED);

    client.send(ORDERS, "d");
    assertThat(handler.bodies()).containsExactly("d");
  }

  @Test
  void aFaultCanBeAimedAtReplies() {
    Mailbox mailbox = client.openInbox();
    broker.faults().next(each -> each.to().kind() == Address.Kind.REPLY, Fault.LOSE_CONFIRM);

    assertThat(client.send(mailbox.address(), "x").status()).isEqualTo(Status.UNKNOWN);
    assertThat(client.send(mailbox.address(), "y")).isEqualTo(SendResult.CONFIRMED);
    assertThat(mailbox.bodies).containsExactly("x", "y");
  }

  @Test
  void heldConfirmsEndAtTheDeadlineAsUnknown() {
    client.declare(SOURCE);
    broker.faults().holdConfirms();
    List<SendResult> results = client.sending(client.outgoing(ORDERS, "a"));
    scheduler.advance(Duration.ofSeconds(29));
    assertThat(results).isEmpty();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(results).extracting(SendResult::status).containsExactly(Status.UNKNOWN);
    broker.faults().releaseConfirms();
    assertThat(results).hasSize(1);
  }

  @Test
  void heldConfirmsOfAClosedTransportEndAsUnknown() {
    client.declare(SOURCE);
    broker.faults().holdConfirms();
    List<SendResult> results = client.sending(client.outgoing(ORDERS, "a"));
    client.close();

    assertThat(results).extracting(SendResult::status).containsExactly(Status.UNKNOWN);
  }

  @Test
  void aCutReturnsWhatIsUnsettledAndReplacesReplyAddresses() {
    Handler handler = client.listen(SOURCE, 2);
    Mailbox mailbox = client.openInbox();
    Address before = mailbox.address();
    client.send(ORDERS, "a");
    client.send(ORDERS, "b");
    broker.faults().cut();

    assertThat(handler.deliveries.subList(0, 2)).allMatch(Delivery::lost);
    assertThat(settle(handler.deliveries.get(0), Settlement.DONE)).isEqualTo(SettleResult.LOST);
    assertThat(handler.bodies()).containsExactly("a", "b", "a", "b");
    assertThat(handler.states)
        .containsExactly(State.STARTING, State.CONSUMING, State.RECOVERING, State.CONSUMING);
    assertThat(mailbox.events).containsExactly("ready", "gone", "ready");
    assertThat(mailbox.address()).isNotEqualTo(before);
    assertThat(client.send(before, "x").status()).isEqualTo(Status.UNROUTABLE);
    assertThat(client.send(mailbox.address(), "y")).isEqualTo(SendResult.CONFIRMED);
    assertThat(client.connections)
        .contains("publish DOWN", "consume DOWN")
        .endsWith("consume DOWN", "consume CONNECTING", "consume UP");
  }

  @Test
  void aCutEndsSendsInFlightAsUnknown() {
    client.declare(SOURCE);
    broker.faults().holdConfirms();
    List<SendResult> results = client.sending(client.outgoing(ORDERS, "a"));
    broker.faults().cut();

    assertThat(results).extracting(SendResult::status).containsExactly(Status.UNKNOWN);
  }

  @Test
  void aCutInTheMiddleOfASettlementLosesIt() {
    Handler handler = client.listen(SOURCE, 1);
    client.declare(Source.queue("receipts"));
    client.send(ORDERS, "a");
    broker.faults().holdConfirms();
    List<SettleResult> results = new ArrayList<>();
    Outgoing receipt = client.outgoing(Address.queue("receipts"), "receipt");
    handler.last().settle(Settlement.DONE, List.of(receipt), results::add);
    broker.faults().cut();

    assertThat(results).hasSize(1);
    assertThat(results.get(0).settled()).isFalse();
    assertThat(handler.bodies()).containsExactly("a", "a");
  }

  @Test
  void aPausedListeningIsStillPausedAfterACut() {
    Handler handler = client.listen(SOURCE, 1);
    client.send(ORDERS, "a");
    handler.listening.pause();
    broker.faults().cut();
    assertThat(handler.bodies()).containsExactly("a");
    assertThat(handler.states).endsWith(State.RECOVERING, State.PAUSED);

    handler.listening.resume();
    assertThat(handler.bodies()).containsExactly("a", "a");
  }

  @Test
  void aStoppedListeningLosesWhatItHadInACut() {
    Handler stopped = client.listen(SOURCE, 1);
    client.send(ORDERS, "a");
    stopped.listening.stop();
    broker.faults().cut();

    assertThat(stopped.last().lost()).isTrue();
    assertThat(client.listen(SOURCE, 1).bodies()).containsExactly("a");
  }

  @Test
  void anObserverSeesEverythingUntilItEnds() {
    List<String> seen = new ArrayList<>();
    MemoryBroker.Observation observation = broker.observe(new Recorder(seen));
    client.send(ORDERS, "a");
    Handler handler = client.listen(SOURCE, 1);
    client.send(ORDERS, "b");
    settle(handler.last(), Settlement.DONE);
    client.send(client.outgoing(ORDERS, "c", Duration.ofMillis(1), Duration.ofMillis(1)));
    scheduler.advance(Duration.ofMillis(1));
    observation.close();
    client.send(ORDERS, "d");

    assertThat(seen)
        .containsExactly(
            "sent a to queue \"orders\" UNROUTABLE",
            "sent b to queue \"orders\" CONFIRMED",
            "delivered b",
            "settled b DONE true",
            "sent c to queue \"orders\" CONFIRMED",
            "expired c");
  }

  @Test
  void aThrowingObserverDisturbsNobody() {
    Handler handler = client.listen(SOURCE, 1);
    broker.observe(
        new MemoryObserver() {
          @Override
          public void sent(Outgoing message, SendResult result) {
            throw new IllegalStateException("on purpose");
          }
        });

    assertThat(client.send(ORDERS, "a")).isEqualTo(SendResult.CONFIRMED);
    assertThat(handler.bodies()).containsExactly("a");
  }

  private record Recorder(List<String> seen) implements MemoryObserver {

    @Override
    public void sent(Outgoing message, SendResult result) {
      seen.add("sent " + body(message.message()) + " to " + message.to() + " " + result.status());
    }

    @Override
    public void delivered(Source source, Delivery delivery) {
      seen.add("delivered " + body(delivery.message()));
    }

    @Override
    public void settled(
        Source source, Delivery delivery, Settlement settlement, SettleResult result) {
      seen.add(
          "settled "
              + body(delivery.message())
              + " "
              + settlement.outcome()
              + " "
              + result.settled());
    }

    @Override
    public void expired(Source source, WireMessage message) {
      seen.add("expired " + body(message));
    }
  }
}
