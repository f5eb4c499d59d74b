package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.ShutdownSignalException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tests share one server and leave it running. */
class InstalledRabbitTest {
  private static InstalledRabbit broker;

  @BeforeAll
  static void start() {
    broker = InstalledRabbit.launch(InstalledServer.orSkip(), OptionalInt.empty());
  }

  @AfterAll
  static void close() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void publishedMessageIsConsumed() throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      client.declareDurable("plain");
      client.publishConfirmed("plain", "hello");

      assertThat(client.take("plain")).isEqualTo("hello");
    }
  }

  @Test
  void nothingIsLeftOutAndTheVersionIsNamed() {
    assertThat(broker.missing()).isEmpty();
    assertThat(broker.servedBy()).matches("installed rabbitmq-server \\d+\\.\\d+.* private port");
  }

  @Test
  void restartKeepsQueuesMessagesAndAddress() throws Exception {
    String url = fill("restarted");

    broker.restart();

    assertThat(broker.url()).isEqualTo(url);
    assertKept(url, "restarted");
  }

  @Test
  void killAndStartKeepQueuesMessagesAndAddress() throws Exception {
    String url = fill("killed");
    // RabbitMQ 3 keeps declarations of the last two seconds in a buffer, whatever it has confirmed.
    broker.ctl("eval", "catch mnesia:sync_log().");

    broker.kill();
    assertThatThrownBy(() -> AmqpClient.connect(url)).isInstanceOf(ConnectException.class);
    broker.start();

    assertThat(broker.url()).isEqualTo(url);
    assertKept(url, "killed");
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

  @Test
  void blockedPublisherIsToldAndUnblocked() throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      BlockingQueue<String> events = new LinkedBlockingQueue<>(10);
      client
          .connection()
          .addBlockedListener(
              new BlockedListener() {
                @Override
                public void handleBlocked(String reason) {
                  events.add("blocked");
                }

                @Override
                public void handleUnblocked() {
                  events.add("unblocked");
                }
              });
      client.declareDurable("blocked");
      broker.blockPublishers();
      client.channel().basicPublish("", "blocked", null, new byte[0]);
      assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("blocked");

      broker.unblockPublishers();

      assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("unblocked");
      assertThat(client.take("blocked")).isEmpty();
    }
  }

  @Test
  void failedControlCommandBringsItsOutput() {
    assertThatThrownBy(() -> broker.ctl("no_such_command"))
        .isInstanceOf(RealBrokerException.class)
        .hasMessageContaining("no_such_command");
  }

  @Test
  void closeLeavesNoProcessAndNoDirectory() {
    InstalledRabbit own = InstalledRabbit.launch(InstalledServer.orSkip(), OptionalInt.empty());
    List<ProcessHandle> handles = own.handles();
    Path directory = own.directory();
    assertThat(handles).as("guard, epmd, beam and its helpers").hasSizeGreaterThan(3);

    own.close();

    assertThat(directory).doesNotExist();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(handles).noneMatch(ProcessHandle::isAlive));
    assertThatThrownBy(own::start).hasMessageContaining("closed");
  }

  private static String fill(String queue) throws Exception {
    try (AmqpClient client = AmqpClient.connect(broker.url())) {
      client.declareDurable(queue);
      client.publishConfirmed(queue, "kept");
    }
    return broker.url();
  }

  private static void assertKept(String url, String queue) throws Exception {
    try (AmqpClient client = AmqpClient.connect(url)) {
      assertThat(client.take(queue)).isEqualTo("kept");
    }
  }
}
