package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A network that falls silent: no packet, no error. */
final class SilentNetworkTest {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final String queue = "silent-" + UUID.randomUUID();
  private FrozenNetwork network;
  private TestClient client;

  @BeforeEach
  void connect() throws Exception {
    network = new FrozenNetwork(RealBrokers.rabbit().url());
    client = TestClient.on(network.url(), "rabbit.heartbeat", "2s");
  }

  @AfterEach
  void close() {
    client.close();
    network.close();
  }

  @Test
  void everyoneKnowsOfTheLossWithinTwoHeartbeats() {
    Reader reader = client.listen(Source.queue(queue), 1);
    Mailbox mailbox = client.openInbox();
    client.send(Address.queue(queue), "delivered");
    Delivery delivered = reader.delivery(0);

    network.freeze();
    CompletableFuture<SendResult> written =
        client.sending(client.outgoing(Address.queue(queue), "written"));

    await()
        .atMost(Duration.ofSeconds(6)) // two heartbeats of 2 s, and the wait for a busy machine
        .until(
            () ->
                written.isDone()
                    && reader.state() == State.RECOVERING
                    && mailbox.events.contains("gone")
                    && delivered.lost()
                    && client.states.containsAll(List.of("publish DOWN", "consume DOWN")));
    assertThat(TestClient.get(written).status()).isEqualTo(SendResult.Status.UNKNOWN);
  }

  @Test
  void closingDoesNotWaitForAnAnswerThatNeverComes() {
    Reader reader = client.listen(Source.queue(queue), 1);
    client.send(Address.queue(queue), "delivered");
    reader.delivery(0);
    network.freeze();
    long start = System.nanoTime();
    client.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CLOSE_LIMIT);
    assertThat(client.livingThreads()).isEmpty();
  }

  @Test
  void aThreadStuckInAFullSocketIsFreedAndNothingStaysWithoutAnOutcome() {
    client.declare(Source.queue(queue));
    client.send(Address.queue(queue), "before");
    network.freeze();
    List<CompletableFuture<SendResult>> results = new ArrayList<>();
    WireMessage big = new WireMessage(new byte[4 * 1024 * 1024], null, "id", null, null, Map.of());
    for (int i = 0; i < 8; i++) {
      results.add(
          client.sending(
              Outgoing.persistent(
                  Address.queue(queue), big, client.deadline(Duration.ofMillis(500)))));
    }
    assertThat(results).allMatch(each -> !TestClient.get(each).confirmed());
    long start = System.nanoTime();
    client.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CLOSE_LIMIT);
    assertThat(client.livingThreads()).isEmpty();
  }

  @Test
  void aThreadStuckInAFullSocketComesBackByItself() {
    client.declare(Source.queue(queue));
    client.send(Address.queue(queue), "before");
    network.freeze();
    WireMessage big = new WireMessage(new byte[16 * 1024 * 1024], null, "id", null, null, Map.of());
    CompletableFuture<SendResult> stuck =
        client.sending(
            Outgoing.persistent(Address.queue(queue), big, client.deadline(TestClient.LIMIT)));
    assertThat(TestClient.get(stuck).status()).isEqualTo(SendResult.Status.UNKNOWN);
    await().atMost(TestClient.LIMIT).until(() -> client.states.contains("publish DOWN"));
  }

  /** Small messages are written by their senders, but never so many that a socket is full. */
  @Test
  @Timeout(30) // half of what the connection has until it is given up
  void noSenderWaitsForASilentNetwork() {
    TestClient patient = TestClient.on(network.url(), "rabbit.heartbeat", "30s");
    try {
      patient.declare(Source.queue(queue));
      patient.send(Address.queue(queue), "before");
      network.freeze();
      WireMessage small = new WireMessage(new byte[1_024], null, "id", null, null, Map.of());
      CompletableFuture<SendResult> last = new CompletableFuture<>();
      for (int i = 0; i < 20_000; i++) {
        last =
            patient.sending(
                Outgoing.persistent(
                    Address.queue(queue), small, patient.deadline(Duration.ofMillis(500))));
      }
      assertThat(TestClient.get(last).confirmed()).isFalse();
      assertThat(patient.states).doesNotContain("publish DOWN");
    } finally {
      patient.close();
    }
  }
}
