package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

class EmbeddedQpidTest {
  private static EmbeddedQpid broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedQpid.launch(OptionalInt.empty());
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void publishedMessageIsConfirmedAndConsumed() throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      client.declareDurable("plain");
      client.publishConfirmed("plain", "hello");

      assertThat(client.take("plain")).isEqualTo("hello");
    }
  }

  @Test
  void unroutableMandatoryMessageIsRefusedAndReturned() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>(10);
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      client.channel().confirmSelect();
      client.channel().addReturnListener(message -> events.add("return"));
      client
          .channel()
          .addConfirmListener(
              (tag, multiple) -> events.add("ack"), (tag, multiple) -> events.add("nack"));

      client.channel().basicPublish("", "nowhere", true, null, new byte[0]);

      // The order is RETURN_BEFORE_CONFIRM among the missing.
      assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("nack");
      assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("return");
    }
  }

  @Test
  void closeAllConnectionsClosesAClient() throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
      client.connection().addShutdownListener(closed::complete);

      broker.closeAllConnections();

      assertThat(closed.get(10, TimeUnit.SECONDS).isInitiatedByApplication()).isFalse();
    }
    AmqpClient.connect(broker.url()).close();
  }

  /** What is said to be missing is missing, or the suite would leave out more than it must. */
  @ParameterizedTest
  @CsvSource({
    "QUEUE_TYPES, x-queue-type, classic",
    "QUEUE_TIME_TO_LIVE, x-message-ttl, 1000",
    "QUEUE_TIME_TO_LIVE, x-expires, 1000",
    "DEAD_LETTER_EXCHANGE, x-dead-letter-exchange, dead",
    "QUEUE_ARGUMENTS, x-max-length, 1000",
    "QUEUE_ARGUMENTS, x-max-priority, 5"
  })
  void queueArgumentsAreRefused(BrokerCapability missing, String argument, String value)
      throws Exception {
    assertThat(broker.can(missing)).isFalse();
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      assertThatThrownBy(
              () ->
                  client
                      .channel()
                      .queueDeclare("typed", true, false, false, Map.of(argument, value)))
          .hasRootCauseInstanceOf(ShutdownSignalException.class)
          .rootCause()
          .hasMessageContaining(argument);
    }
  }

  @Test
  void reservedNamesAreTaken() throws Exception {
    assertThat(broker.can(BrokerCapability.RESERVED_NAMES)).isFalse();
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      client.declareDurable("amq.reserved");
    }
  }

  @Test
  void directReplyToIsRefused() throws Exception {
    assertThat(broker.can(BrokerCapability.DIRECT_REPLY_TO)).isFalse();
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      DefaultConsumer consumer = new DefaultConsumer(client.channel());
      assertThatThrownBy(
              () -> client.channel().basicConsume("amq.rabbitmq.reply-to", true, consumer))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void unsupportedFaultSaysWhichBrokerAndWhy() {
    assertThatThrownBy(broker::kill)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Apache Qpid Broker-J")
        .hasMessageContaining("inside the JVM");
  }

  @Test
  void testThatNeedsWhatIsMissingIsSkippedWithTheReason() {
    BrokerAssumptions.assumeCan(broker, BrokerCapability.CLOSE_CONNECTIONS);

    assertThatThrownBy(() -> BrokerAssumptions.assumeCan(broker, BrokerCapability.RESTART))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("Apache Qpid Broker-J")
        .hasMessageContaining("in memory only");
  }

  @Test
  void namedServerIsAskedWhatItIsAndLeftAlone() throws Exception {
    ExternalRabbit external = ExternalRabbit.at(broker.url(), "PARLEY_TEST_RABBIT_URL");
    external.close();

    assertThat(external.servedBy()).matches("Apache Qpid.* at \\$PARLEY_TEST_RABBIT_URL");
    assertThat(external.missing()).containsOnlyKeys(BrokerCapability.values());
    AmqpClient.connect(broker.url()).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/ not an address"})
  void namedServerThatDoesNotAnswerIsAnErrorWithoutItsPassword(String path) {
    String url = "amqp://user:secret@127.0.0.1:" + LocalPorts.free() + path;

    assertThatThrownBy(() -> ExternalRabbit.at(url, "PARLEY_TEST_RABBIT_URL"))
        .isInstanceOf(RealBrokerException.class)
        .hasMessageContaining("PARLEY_TEST_RABBIT_URL")
        .hasMessageNotContaining("secret")
        .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("secret"));
  }

  @Test
  void closeEndsTheListener() {
    EmbeddedQpid own = EmbeddedQpid.launch(OptionalInt.empty());
    String url = own.url();

    own.close();
    own.close();

    assertThatThrownBy(() -> AmqpClient.connect(url)).isInstanceOf(ConnectException.class);
    assertThat(own.url()).isEqualTo(url);
  }
}
