package dev.parley.memory;

import static dev.parley.memory.TestClient.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.memory.TestClient.Handler;
import dev.parley.memory.TestClient.Mailbox;
import dev.parley.spi.Address;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.SendResult.Status;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.TransportException;
import dev.parley.spi.TransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTransportTest {

  private static final Address PRICES = Address.topic("prices");

  private final ManualScheduler scheduler = new ManualScheduler(0);
  private final MemoryBroker broker = MemoryBroker.create();
  private final TestClient client = TestClient.on(broker.url(), scheduler);

  @AfterEach
  void close() {
    client.close();
    broker.close();
  }

  @Test
  void theProviderIsFoundByServiceLoader() {
    assertThat(ServiceLoader.load(TransportProvider.class))
        .anyMatch(provider -> provider instanceof MemoryTransportProvider);
  }

  @Test
  void anUnusableNameIsRefusedWithTheReason() {
    assertThatThrownBy(() -> TestClient.on("memory:a/b", scheduler))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("letters, digits")
        .hasMessageNotContaining("a/b"); // another broker's URL would show its password
    assertThatThrownBy(() -> TestClient.on("memories", scheduler))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("memory:");
  }

  @Test
  void brokersOfDifferentNamesDoNotSeeEachOther() {
    try (MemoryBroker other = MemoryBroker.create();
        TestClient stranger = TestClient.on(other.url(), scheduler)) {
      client.declare(Source.queue("orders"));

      assertThat(stranger.send(Address.queue("orders"), "a").status()).isEqualTo(Status.UNROUTABLE);
    }
  }

  @Test
  void aBrokerIsGoneWithItsLastUser() {
    client.declare(Source.queue("orders"));
    client.close();
    try (TestClient next = TestClient.on(broker.url(), scheduler)) {
      assertThat(probe(next, Address.queue("orders"))).isEqualTo(Presence.DECLARED);
      broker.close();
    }
    try (TestClient fresh = TestClient.on(broker.url(), scheduler)) {
      assertThat(probe(fresh, Address.queue("orders"))).isEqualTo(Presence.ABSENT);
    }
  }

  @Test
  void everyGroupGetsACopyAndCompetesForItInside() {
    Handler first = client.listen(Source.group("prices", "audit"), 9);
    Handler second = client.listen(Source.group("prices", "audit"), 9);
    Handler other = client.listen(Source.group("prices", "billing"), 9);
    client.send(PRICES, "a");
    client.send(PRICES, "b");

    assertThat(first.bodies()).containsExactly("a");
    assertThat(second.bodies()).containsExactly("b");
    assertThat(other.bodies()).containsExactly("a", "b");
  }

  @Test
  void aDeclaredGroupCollectsBeforeItsFirstConsumer() {
    client.declare(Source.group("prices", "audit"));
    client.send(PRICES, "a");

    assertThat(client.listen(Source.group("prices", "audit"), 9).bodies()).containsExactly("a");
    assertThat(client.listen(Source.group("prices", "late"), 9).bodies()).isEmpty();
  }

  @Test
  void theBrokerTellsWhatIsHeldWhereAndWhoIsThere() {
    client.listen(Source.queue("orders"), 1);
    client.declare(Source.group("prices", "billing"));
    client.send(Address.queue("orders"), "a");
    client.send(Address.queue("orders"), "b");
    client.send(Address.topic("prices"), "c");

    assertThat(broker.held())
        .containsExactlyInAnyOrder(
            new MemoryBroker.Held(Source.queue("orders"), 2, true),
            new MemoryBroker.Held(Source.group("prices", "billing"), 1, false));
  }

  @Test
  void aTopicWithoutGroupsConfirmsAndAnUndeclaredOneIsUnroutable() {
    assertThat(client.send(PRICES, "a").status()).isEqualTo(Status.UNROUTABLE);
    assertThat(probe(client, PRICES)).isEqualTo(Presence.ABSENT);
    client.declare(Source.topic("prices"));

    assertThat(client.send(PRICES, "a")).isEqualTo(SendResult.CONFIRMED);
    assertThat(probe(client, PRICES)).isEqualTo(Presence.DECLARED);
    client.listen(Source.broadcast("prices"), 1);
    assertThat(probe(client, PRICES)).isEqualTo(Presence.LIVE);
  }

  @Test
  void aTopicWithAFullGroupRefusesForAllGroups() {
    try (TestClient small = TestClient.on(broker.url(), scheduler, 1)) {
      client.declare(Source.group("prices", "big"));
      small.declare(Source.group("prices", "small"));
      client.send(PRICES, "a");

      assertThat(client.send(PRICES, "b").status()).isEqualTo(Status.REFUSED);
      assertThat(broker.messages("prices")).isEqualTo(2);
      assertThat(client.listen(Source.group("prices", "big"), 9).bodies()).containsExactly("a");
    }
  }

  @Test
  void everyBroadcastGetsACopyUntilItStops() {
    Handler one = client.listen(Source.broadcast("prices"), 9);
    Handler two = client.listen(Source.broadcast("prices"), 9);
    client.send(PRICES, "a");
    two.listening.stop();
    client.send(PRICES, "b");

    assertThat(one.bodies()).containsExactly("a", "b");
    assertThat(two.bodies()).containsExactly("a");
    assertThat(settle(two.last(), Settlement.DONE).settled()).isTrue();
    assertThat(broker.messages("prices")).isEqualTo(2);
  }

  @Test
  void aReplyFindsAnInboxOrADeclaredQueueAndCreatesNothing() {
    Mailbox mailbox = client.openInbox();
    client.declare(Source.queue("receipts"));

    assertThat(client.send(mailbox.address(), "x")).isEqualTo(SendResult.CONFIRMED);
    assertThat(client.send(Address.reply("receipts"), "y")).isEqualTo(SendResult.CONFIRMED);
    assertThat(client.send(Address.reply("nowhere"), "z").status()).isEqualTo(Status.UNROUTABLE);
    assertThat(mailbox.bodies).containsExactly("x");
    assertThat(broker.messages("receipts")).isEqualTo(1);
    assertThat(probe(client, Address.queue("nowhere"))).isEqualTo(Presence.ABSENT);
    assertThat(probe(client, mailbox.address())).isEqualTo(Presence.LIVE);
    assertThat(probe(client, Address.reply("receipts"))).isEqualTo(Presence.DECLARED);
  }

  @Test
  void aClosedInboxIsUnroutable() {
    Mailbox mailbox = client.openInbox();
    mailbox.inbox.close();
    mailbox.inbox.close();

    assertThat(client.send(mailbox.address(), "x").status()).isEqualTo(Status.UNROUTABLE);
  }

  @Test
  void inboxesOfAClosedTransportAreUnroutable() {
    TestClient caller = TestClient.on(broker.url(), scheduler);
    Mailbox mailbox = caller.openInbox();
    caller.close();

    assertThat(client.send(mailbox.address(), "x").status()).isEqualTo(Status.UNROUTABLE);
  }

  @Test
  void aDelayedReplyComesInTimeAndAnExpiredOneNever() {
    Mailbox mailbox = client.openInbox();
    Duration second = Duration.ofSeconds(1);
    client.send(client.outgoing(mailbox.address(), "late", null, second));
    client.send(client.outgoing(mailbox.address(), "dead", Duration.ofMillis(500), second));
    assertThat(mailbox.bodies).isEmpty();
    scheduler.advance(second);

    assertThat(mailbox.bodies).containsExactly("late");
  }

  @Test
  void connectionsAreReportedOnceUsed() {
    assertThat(client.connections).isEmpty();
    client.send(PRICES, "a");
    client.send(PRICES, "b");
    assertThat(client.connections).containsExactly("publish CONNECTING", "publish UP");

    client.transport.connect().toCompletableFuture().join();
    client.close();
    assertThat(client.connections.subList(2, 6))
        .containsExactly("consume CONNECTING", "consume UP", "publish CLOSED", "consume CLOSED");
  }

  @Test
  void aClosedTransportRefusesEverything() {
    client.close();
    client.close();

    assertThat(client.send(PRICES, "a").status()).isEqualTo(Status.REFUSED);
    for (var stage :
        List.of(
            client.transport.connect(),
            client.transport.probe(PRICES),
            client.transport.declare(Source.queue("q"), List.of()))) {
      assertThatThrownBy(() -> stage.toCompletableFuture().join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(TransportException.class);
    }
    assertThatThrownBy(() -> client.listen(Source.queue("q"), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"q\"");
    assertThatThrownBy(client::openInbox).isInstanceOf(IllegalStateException.class);
  }

  private static Presence probe(TestClient client, Address address) {
    return client.transport.probe(address).toCompletableFuture().join();
  }
}
