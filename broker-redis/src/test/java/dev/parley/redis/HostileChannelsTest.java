package dev.parley.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.SubscribeOptions;
import dev.parley.TypeRef;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.conformance.brokers.RedisWire;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What anybody who may publish on a Pub/Sub channel can do to us. */
@Timeout(60)
class HostileChannelsTest {

  record Order(String id, int quantity) {}

  private static final byte[] NO_TEXT = {(byte) 0xff, (byte) 0xfe, 0};
  private static final int MORE_THAN_FETCHED = 100;

  @RegisterExtension private final Brokers brokers = new Brokers();
  private final String url = RealBrokers.redis().url();
  private final String channel = Brokers.name("hostile");
  private final String answers = Brokers.name("answers");
  private final Shell shell = brokers.shell(url);

  @Test
  void messagesThatFailForGoodDoNotStopAChannelWhoseDeadLettersNobodyTakes() throws Exception {
    BlockingQueue<Order> seen = new LinkedBlockingQueue<>();
    Broker broker =
        brokers.started(
            url,
            on ->
                on.consume(
                    SubscribeOptions.queue("channel:" + channel).concurrency(2),
                    Order.class,
                    seen::add));

    for (int i = 0; i < MORE_THAN_FETCHED; i++) {
      shell.wire().call("PUBLISH", channel, i % 2 == 0 ? NO_TEXT : "no order");
    }
    shell.wire().call("PUBLISH", channel, "{\"id\":\"good\",\"quantity\":1}");

    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(new Order("good", 1));
    await().until(() -> broker.health().subscriptions().get(0).inFlight() == 0);
    assertThat(broker.counters().get(Counter.DEAD_LETTERED)).isEqualTo(MORE_THAN_FETCHED);
  }

  @Test
  void aDeadLetterOfAChannelGoesToWhoeverTakesIt() throws Exception {
    BlockingQueue<String> dead = new LinkedBlockingQueue<>();
    brokers.started(
        url,
        on -> {
          on.consume("channel:" + channel, Order.class, order -> {});
          on.consume("channel:" + channel + ".dead", String.class, dead::add);
        });

    shell.wire().call("PUBLISH", channel, "no order");

    assertThat(dead.poll(10, TimeUnit.SECONDS)).isEqualTo("no order");
  }

  @Test
  void halvesOfCharactersInAnEnvelopeAreReadAsOnAnyWire() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    brokers.started(
        url,
        on ->
            on.subscribe(
                SubscribeOptions.queue("channel:" + channel),
                new TypeRef<Message<String>>() {},
                message -> {
                  seen.add(message.header("half").orElse("none"));
                  return message.body();
                }));
    try (Shell subscriber = Shell.at(url)) {
      subscriber.type("SUBSCRIBE " + answers);

      shell
          .wire()
          .call(
              "PUBLISH",
              channel,
              "{\"data\":\"x\",\"headers\":{\"correlation_id\":\"7\\ud83d\",\"half\":\"\\ude00\"},"
                  + "\"reply_to\":\""
                  + answers
                  + "\"}");

      assertThat(payload(subscriber)).contains("\"correlation_id\":\"7?\"");
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("?");
    }
  }

  @Test
  void aReplyThatIsNoTextIsUndeliverableOnAChannelAndOnlyThat() throws Exception {
    Broker broker =
        brokers.started(url, on -> on.subscribe("channel:" + channel, byte[].class, b -> NO_TEXT));
    try (Shell subscriber = Shell.at(url)) {
      subscriber.type("SUBSCRIBE " + answers);

      shell.wire().call("PUBLISH", channel, "{\"data\":\"x\",\"reply_to\":\"" + answers + "\"}");

      await().until(() -> broker.counters().get(Counter.REPLIES_UNDELIVERABLE) == 1);
      await().until(() -> broker.health().subscriptions().get(0).inFlight() == 0);
    }
  }

  private static String payload(Shell subscriber) throws IOException {
    List<?> message = (List<?>) Objects.requireNonNull(subscriber.wire().next());
    return RedisWire.string(message.get(2));
  }
}
