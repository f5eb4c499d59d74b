package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.MESSAGE_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.conformance.Samples.Level;
import dev.parley.conformance.Samples.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The wire: what ours looks like to others. */
abstract class WireFormatContract extends Chapter {

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of("text", "text", "text/plain"),
        Arguments.of("", "", "text/plain"),
        Arguments.of(new byte[] {'b'}, "b", "application/octet-stream"),
        Arguments.of(new byte[0], "", "application/octet-stream"),
        Arguments.of(30, "30", "application/json"),
        Arguments.of(true, "true", "application/json"),
        Arguments.of(null, "null", "application/json"),
        Arguments.of(Level.HIGH, "\"HIGH\"", "application/json"),
        Arguments.of(List.of("a", "b"), "[\"a\",\"b\"]", "application/json"),
        Arguments.of(
            Instant.parse("2025-01-02T03:04:05Z"), "\"2025-01-02T03:04:05Z\"", "application/json"),
        Arguments.of(new Order("o", 1), "{\"id\":\"o\",\"quantity\":1}", "application/json"));
  }

  private Broker declared(String queue) {
    Broker client = fixture.broker();
    client.declare(queue);
    return client;
  }

  private RawMessage received(String queue) {
    return fixture.foreign().take(queue);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.parley.conformance.WireFormatContract#bodies")
  void aBodyIsSentAsTextBytesOrJson(@Nullable Object body, String text, String contentType) {
    String queue = fixture.name("sent");

    declared(queue).publish(body, to(queue));

    RawMessage message = received(queue);
    assertThat(message.text()).isEqualTo(text);
    assertThat(message.property(CONTENT_TYPE)).isEqualTo(contentType);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.parley.conformance.WireFormatContract#bodies")
  void aReplyIsSentAsTextBytesOrJson(@Nullable Object body, String text, String contentType) {
    String queue = fixture.name("replied");
    fixture.started(on -> on.subscribe(queue, String.class, request -> body));
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replies).with(CORRELATION_ID, "c"));

    RawMessage reply = client.take(replies);
    assertThat(reply.text()).isEqualTo(text);
    assertThat(reply.property(CONTENT_TYPE)).isEqualTo(contentType);
    assertThat(reply.headers()).doesNotContainKey("parley-status");
  }

  @Test
  void aHandlerWithoutAResultAnswersWithAnEmptyBodyWithoutAContentType() {
    String queue = fixture.name("void");
    fixture.started(on -> on.consume(queue, String.class, body -> {}));
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replies).with(CORRELATION_ID, "c"));

    RawMessage reply = client.take(replies);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.property(CONTENT_TYPE)).isNull();
    assertThat(reply.property(CORRELATION_ID)).isEqualTo("c");
    assertThat(reply.headers()).doesNotContainKey("parley-status");
  }

  @Test
  void aMessageHasAnIdAndNoReplyAddress() {
    String queue = fixture.name("plain");
    declared(queue).publish("x", to(queue).header("user", "Ünï"));

    RawMessage message = received(queue);

    assertThat(message.property(MESSAGE_ID)).isNotBlank();
    assertThat(message.property(REPLY_TO)).isNull();
    assertThat(message.header("user")).isEqualTo("Ünï");
    assertThat(message.headers()).doesNotContainKeys("parley-deadline", "parley-timeout");
  }

  @Test
  void aRequestTellsWhereItsReplyGoesAndHowLongItIsAwaited() {
    String queue = fixture.name("request");
    Broker client = declared(queue);
    long begin = System.currentTimeMillis();
    Expect.pending(
        client.publishAsync("x", to(queue).callback(String.class).timeout(Duration.ofSeconds(20))));

    RawMessage request = received(queue);

    assertThat(request.property(REPLY_TO)).isNotBlank();
    assertThat(request.property(CORRELATION_ID)).isNotBlank();
    assertThat(request.property(MESSAGE_ID)).isNotBlank();
    assertThat(Long.parseLong(requireNonNull(request.header("parley-timeout"))))
        .isBetween(10_000L, 20_000L);
    assertThat(Long.parseLong(requireNonNull(request.header("parley-deadline"))))
        .isBetween(begin + 10_000, System.currentTimeMillis() + 20_000);
    assertThat(Long.parseLong(requireNonNull(request.header("parley-sent"))))
        .isBetween(begin - 1000, System.currentTimeMillis());
  }

  @Test
  void aRequestWithoutATimeoutTellsNoDeadline() {
    String queue = fixture.name("patient");
    Broker client = declared(queue);
    Expect.pending(client.publishAsync("x", to(queue).callback(String.class).noTimeout()));

    RawMessage request = received(queue);

    assertThat(request.property(REPLY_TO)).isNotBlank();
    assertThat(request.headers()).doesNotContainKeys("parley-deadline", "parley-timeout");
  }

  @Test
  void aNonBlockingRequestNamesTheQueueOfItsReplies() {
    String queue = fixture.name("request");
    String replies = fixture.name("replies");
    Broker broker = fixture.started(on -> on.consume(replies, String.class, body -> {}));
    broker.declare(queue);

    broker.publish("x", to(queue).replyTo(replies));

    assertThat(received(queue).property(REPLY_TO)).isEqualTo(replies);
  }

  @Test
  void aReplyTellsServerAndTimes() {
    String queue = fixture.name("timed");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replies).with(CORRELATION_ID, "c"));

    RawMessage reply = client.take(replies);
    assertThat(reply.header("parley-server")).isEqualTo(server.name());
    assertThat(Long.parseLong(requireNonNull(reply.header("parley-handled-us")))).isNotNegative();
  }

  @Test
  void headersOfAReplyAreHeadersOnTheWire() {
    String queue = fixture.name("paged");
    fixture.started(
        on -> on.subscribe(queue, String.class, body -> Message.of(body).header("page", "2")));
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replies).with(CORRELATION_ID, "c"));

    RawMessage reply = client.take(replies);
    assertThat(reply.header("page")).isEqualTo("2");
    assertThat(reply.text()).isEqualTo("x");
  }

  @Test
  void nothingOnTheWireNamesAJavaClass() {
    String queue = fixture.name("anonymous");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue(queue).retry(0),
                    Order.class,
                    order -> {
                      throw new IllegalStateException("wrong");
                    }));
    String waiting = fixture.name("waiting");
    broker.declare(waiting);
    broker.publish(new Order("o", 1), to(waiting));
    broker.publish(new Order("o", 1), to(queue));
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);

    for (RawMessage message : Arrays.asList(received(waiting), received(queue + ".dead"))) {
      assertThat(message.toString()).doesNotContain("java.", "dev.parley", "Samples");
    }
  }

  @Test
  void theContentTypeCanBeNamed() {
    String queue = fixture.name("named");
    declared(queue).publish("{\"a\":1}", to(queue).contentType("application/vnd.shop+json"));

    RawMessage message = received(queue);

    assertThat(message.property(CONTENT_TYPE)).isEqualTo("application/vnd.shop+json");
  }
}
