package dev.parley.redis;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.NoHandlerException;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.conformance.brokers.RedisWire;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people type into a shell, and what Propan's services send over Pub/Sub. */
@Timeout(60)
class ShellAndChannelsTest {

  record Order(String id, int quantity) {}

  record Receipt(String id, long cents) {}

  @RegisterExtension private final Brokers brokers = new Brokers();
  private final String url = RealBrokers.redis().url();
  private final String queue = Brokers.name("orders");
  private final String answers = Brokers.name("answers");
  private final Shell shell = brokers.shell(url);

  private Broker shop(String... settings) {
    return brokers.started(
        url,
        on -> on.subscribe(queue, Order.class, o -> new Receipt(o.id(), 100L * o.quantity())),
        settings);
  }

  @Test
  void aRequestFromTheShellIsAnsweredOnAStreamThatIsThere() throws Exception {
    shop();
    shell.type("XGROUP CREATE " + answers + " me 0 MKSTREAM");

    shell.type(
        "XADD "
            + queue
            + " * data '{\"id\":\"1\",\"quantity\":2}' reply_to "
            + answers
            + " correlation_id 7");

    assertThat(shell.first(answers))
        .containsEntry("data", "{\"id\":\"1\",\"cents\":200}")
        .containsEntry("correlation_id", "7")
        .containsEntry("content-type", "application/json");
  }

  @Test
  void aReplyMakesItsStreamWhereThatIsAllowedAndForAWhile() throws Exception {
    shop("redis.reply.create", "answers-[a-z0-9]+");

    shell.type(
        "XADD "
            + queue
            + " * data '{\"id\":\"1\",\"quantity\":2}' reply_to "
            + answers
            + " correlation_id 7");

    assertThat(shell.first(answers)).containsEntry("data", "{\"id\":\"1\",\"cents\":200}");
    await()
        .untilAsserted(
            () ->
                assertThat(Long.parseLong(shell.text("TTL " + answers))).isBetween(3_000L, 3_600L));
  }

  @Test
  void aQueueNamedAsAReplyStreamDoesNotExpire() throws Exception {
    BlockingQueue<Receipt> receipts = new LinkedBlockingQueue<>();
    Broker shop = shop("redis.reply.create", ".*");
    brokers.started(url, on -> on.consume(answers, Receipt.class, receipts::add));

    shop.publish(new Order("1", 1), to(queue).replyTo(answers));
    shop.publish(new Order("2", 1), to(queue).replyTo(answers));

    assertThat(receipts.poll(10, TimeUnit.SECONDS)).isEqualTo(new Receipt("1", 100));
    assertThat(receipts.poll(10, TimeUnit.SECONDS)).isEqualTo(new Receipt("2", 100));
    assertThat(shell.text("TTL " + answers)).isEqualTo("-1");
  }

  @Test
  void aChannelReadsPropansEnvelopeAndAnswersInKind() throws Exception {
    String channel = Brokers.name("orders");
    brokers.started(
        url, on -> on.subscribe("channel:" + channel, Order.class, o -> new Receipt(o.id(), 5)));
    try (Shell subscriber = Shell.at(url)) {
      subscriber.type("SUBSCRIBE " + answers);

      shell
          .wire()
          .call(
              "PUBLISH",
              channel,
              "{\"data\": \"{\\\"id\\\": \\\"a\\\", \\\"quantity\\\": 1}\", \"headers\":"
                  + " {\"content-type\": \"application/json\"}, \"reply_to\": \""
                  + answers
                  + "\"}");

      String reply = payload(subscriber);
      assertThat(reply)
          .contains("\"data\":\"{\\\"id\\\":\\\"a\\\",\\\"cents\\\":5}\"")
          .contains("\"content-type\":\"application/json\"")
          .contains("\"reply_to\":\"\"");
    }
  }

  @Test
  void aBareBodyOnAChannelIsABody() throws Exception {
    BlockingQueue<Order> seen = new LinkedBlockingQueue<>();
    String channel = Brokers.name("bare");
    brokers.started(url, on -> on.consume("channel:" + channel, Order.class, seen::add));

    shell.wire().call("PUBLISH", channel, "{\"id\":\"bare\",\"quantity\":1}");
    shell.wire().call("PUBLISH", channel, "{\"data\": {\"id\":\"wrapped\",\"quantity\":2}}");

    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(new Order("bare", 1));
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(new Order("wrapped", 2));
  }

  @Test
  void aCallOverAChannelIsAnswered() {
    String channel = "channel:" + Brokers.name("echo");
    Broker broker = brokers.started(url, on -> on.subscribe(channel, String.class, body -> body));

    assertThat(broker.publish("hello", to(channel).callback(String.class))).isEqualTo("hello");
  }

  @Test
  void aChannelWithoutSubscribersIsNobody() {
    Broker broker = brokers.open(url);

    Assertions.assertThatThrownBy(() -> broker.publish("x", to("channel:" + answers)))
        .isInstanceOf(NoHandlerException.class)
        .hasMessageContaining(answers);
  }

  @Test
  void theReplyStreamOfAnInstanceExpiresWithIt() throws Exception {
    Broker server = brokers.started(url, on -> on.subscribe(queue, String.class, body -> body));
    Broker client = brokers.open(url);
    assertThat(client.publish("x", to(queue).callback(String.class))).isEqualTo("x");
    List<?> keys =
        (List<?>) Objects.requireNonNull(shell.type("KEYS parley:reply:*" + client.name() + "*"));
    assertThat(keys).hasSize(1);
    String stream = RedisWire.string(keys.get(0));
    assertThat(Long.parseLong(shell.text("PTTL " + stream))).isBetween(1L, 60_000L);
    await().until(() -> shell.text("XLEN " + stream).equals("0"));

    client.close();

    await().until(() -> shell.text("EXISTS " + stream).equals("0"));
    assertThat(server.health().healthy()).isTrue();
  }

  private static String payload(Shell subscriber) throws IOException {
    // Nothing is typed any more: the next answer is the message.
    List<?> message = (List<?>) Objects.requireNonNull(subscriber.wire().next());
    return Map.of("payload", RedisWire.string(message.get(2))).get("payload");
  }
}
