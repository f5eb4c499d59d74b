package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.impl.LongStringHelper;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MappingTest {

  private static final WireMessage FULL =
      new WireMessage(
          new byte[] {1},
          "application/json",
          "id",
          "correlation",
          Address.reply("replies"),
          Map.of("user", "ü"));

  private static Outgoing outgoing(
      WireMessage message, boolean persistent, String key, Duration timeToLive, Duration delay) {
    return new Outgoing(
        Address.queue("q"), message, 0, persistent, key, timeToLive, delay, List.of(), null, null);
  }

  @Test
  void standardPropertiesGoToTheirStandardPlaces() {
    AMQP.BasicProperties properties =
        OutgoingMapper.properties(
            outgoing(FULL, true, "key", Duration.ofMillis(1_500), Duration.ZERO),
            7,
            DelayBucket.NONE);

    assertThat(properties.getContentType()).isEqualTo("application/json");
    assertThat(properties.getMessageId()).isEqualTo("id");
    assertThat(properties.getCorrelationId()).isEqualTo("correlation");
    assertThat(properties.getReplyTo()).isEqualTo("replies");
    assertThat(properties.getDeliveryMode()).isEqualTo(2);
    assertThat(properties.getExpiration()).isEqualTo("1500");
    assertThat(properties.getPriority()).isEqualTo(7);
    assertThat(properties.getHeaders()).isEqualTo(Map.of("user", "ü", WireHeaders.KEY, "key"));
  }

  @Test
  void whatIsAbsentStaysAbsent() {
    WireMessage bare = new WireMessage(new byte[0], null, null, null, null, Map.of());
    AMQP.BasicProperties properties =
        OutgoingMapper.properties(
            outgoing(bare, false, null, null, Duration.ZERO), null, DelayBucket.NONE);
    assertThat(properties).isEqualTo(new AMQP.BasicProperties.Builder().deliveryMode(1).build());
  }

  @Test
  void aShortTimeToLiveIsNotTheImmediateOne() {
    assertThat(
            OutgoingMapper.properties(
                    outgoing(FULL, true, null, Duration.ofNanos(5), Duration.ZERO),
                    null,
                    DelayBucket.NONE)
                .getExpiration())
        .isEqualTo("1");
  }

  @Test
  void aLimitOnADelayedMessageIsADeadlineSinceDelayQueuesTakeExpirationsAway() {
    Duration delay = Duration.ofSeconds(10);
    long before = System.currentTimeMillis();
    AMQP.BasicProperties properties =
        OutgoingMapper.properties(
            outgoing(FULL, true, null, Duration.ofSeconds(5), delay), null, DelayBucket.of(delay));
    long after = System.currentTimeMillis();

    assertThat(properties.getExpiration()).isNull();
    assertThat(Long.parseLong((String) properties.getHeaders().get(WireHeaders.DEADLINE)))
        .isBetween(before + 15_000, after + 15_000);
  }

  @Test
  void routingHeadersOfRabbitAreRefusedBeforeTheyCostTheChannel() {
    WireMessage message = FULL.withHeaders(Map.of("CC", "[elsewhere]"));
    assertThatThrownBy(
            () ->
                OutgoingMapper.properties(
                    outgoing(message, true, null, null, Duration.ZERO), null, DelayBucket.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CC");
  }

  @Test
  void nativeMessagesKeepAllButWhatACallNeeds() {
    Delivery given =
        new Delivery(
            new Envelope(0, false, "", ""),
            new AMQP.BasicProperties.Builder().appId("app").replyTo("own").priority(3).build(),
            new byte[] {9});
    WireMessage call = new WireMessage(new byte[0], null, null, "c", Address.reply("r"), Map.of());
    WireMessage plain = new WireMessage(new byte[0], null, "id", null, null, Map.of());

    Delivery sent =
        OutgoingMapper.nativeMessage(outgoing(call, true, null, null, Duration.ZERO), given);
    assertThat(sent.getBody()).containsExactly(9);
    assertThat(sent.getProperties())
        .isEqualTo(given.getProperties().builder().correlationId("c").replyTo("r").build());
    assertThat(
            OutgoingMapper.nativeMessage(outgoing(plain, true, null, null, Duration.ZERO), given)
                .getProperties())
        .isEqualTo(given.getProperties());
    assertThatThrownBy(
            () ->
                OutgoingMapper.nativeMessage(
                    outgoing(plain, true, null, null, Duration.ZERO), "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("String");
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // as amqp-client reads timestamps
  void headersOfForeignSendersAreRenderedAsText() {
    Map<String, Object> headers = new HashMap<>();
    headers.put("text", LongStringHelper.asLongString("grüße"));
    headers.put("bytes", "bytes".getBytes(StandardCharsets.UTF_8));
    headers.put("number", 42L);
    headers.put("flag", true);
    headers.put("nothing", null);
    headers.put("date", new Date(0));
    headers.put("list", List.of(LongStringHelper.asLongString("a"), 1));
    headers.put("table", Map.of("k", LongStringHelper.asLongString("v")));
    headers.put("x-death", List.of(Map.of("queue", "parley.delay.100")));
    headers.put("x-first-death-queue", "parley.delay.100");
    headers.put("CC", List.of("elsewhere"));

    WireMessage message =
        IncomingMapper.message(
            new AMQP.BasicProperties.Builder().headers(headers).replyTo("").build(), new byte[0]);

    assertThat(message.replyTo()).isNull();
    assertThat(message.headers())
        .containsEntry("text", "grüße")
        .containsEntry("bytes", "bytes")
        .containsEntry("number", "42")
        .containsEntry("flag", "true")
        .containsEntry("nothing", "")
        .containsEntry("list", "[a, 1]")
        .containsEntry("table", "{k=v}")
        .containsKey("date")
        .hasSize(8);
  }

  @Test
  void aHeaderNestedTooDeepToBeReadIsLeftOutAndTheOthersStay() {
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    Map<String, Object> headers = new HashMap<>();
    headers.put("deep", nested);
    headers.put("flat", "value");
    WireMessage message =
        IncomingMapper.message(
            new AMQP.BasicProperties.Builder().headers(headers).build(), new byte[0]);
    assertThat(message.headers()).isEqualTo(Map.of("flat", "value"));
  }
}
