package dev.parley.memory;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Counter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose replies come in an order that only a broker of one's own can be made to show. */
@Timeout(20)
class UnusualOrderTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private MemoryBroker memory;
  private Broker server;
  private Broker client;

  @BeforeEach
  void start() {
    memory = MemoryBroker.create();
    server = Broker.of(memory.url());
    server.subscribe("echo", String.class, body -> body);
    server.start();
    client = Broker.of(memory.url());
  }

  @AfterEach
  void stop() {
    memory.faults().clear();
    client.close();
    server.close();
    memory.close();
  }

  @Test
  void aReplyThatComesBeforeTheConfirmationOfItsRequestIsNotLost() {
    memory.faults().holdConfirms();

    CompletableFuture<String> call =
        client.publishAsync("x", to("echo").callback(String.class).timeout(LIMIT));

    assertThat(call).succeedsWithin(LIMIT).isEqualTo("x");
    assertThat(client.counters().callsInFlight()).isZero();
  }

  @Test
  void aSecondCopyOfAReplyIsDiscarded() {
    memory
        .faults()
        .next(
            message ->
                message.message().correlationId() != null && !message.to().name().equals("echo"),
            MemoryFaults.Fault.DUPLICATE);

    assertThat(client.publish("x", to("echo").callback(String.class))).isEqualTo("x");

    await().atMost(LIMIT).until(() -> client.counters().get(Counter.REPLIES_DISCARDED) == 1);
  }

  @Test
  void aRequestThatArrivesTwiceIsAnsweredOnceToItsCaller() {
    memory.faults().duplicateNext("echo");

    assertThat(client.publish("x", to("echo").callback(String.class))).isEqualTo("x");

    await().atMost(LIMIT).until(() -> client.counters().get(Counter.REPLIES_DISCARDED) == 1);
    assertThat(server.counters().get(Counter.HANDLED)).isEqualTo(2);
  }

  @Test
  void aReplyThatTheBrokerRefusesIsSentAgain() {
    memory
        .faults()
        .next(
            message ->
                message.message().correlationId() != null && !message.to().name().equals("echo"),
            MemoryFaults.Fault.REFUSE);

    assertThat(client.publish("x", to("echo").callback(String.class))).isEqualTo("x");

    assertThat(server.counters().get(Counter.HANDLED)).as("the handler ran once").isEqualTo(1);
  }
}
