package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import dev.parley.conformance.Samples.Receipt;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The wire: whoever speaks the broker's own protocol can call us and be called. */
abstract class InteropContract extends Chapter {

  static Stream<Arguments> bareBodies() {
    return Stream.of(
        Arguments.of("30", null, new TypeRef<Integer>() {}, 30),
        Arguments.of("30", null, new TypeRef<String>() {}, "30"),
        Arguments.of("30", null, new TypeRef<byte[]>() {}, new byte[] {'3', '0'}),
        Arguments.of("Grüße", null, new TypeRef<String>() {}, "Grüße"),
        Arguments.of("true", null, new TypeRef<Boolean>() {}, true),
        Arguments.of(
            "{\"id\":\"o\",\"quantity\":1}", null, new TypeRef<Order>() {}, new Order("o", 1)),
        Arguments.of("{\"a\":1}", null, new TypeRef<Map<String, Integer>>() {}, Map.of("a", 1)),
        Arguments.of("", null, new TypeRef<String>() {}, ""),
        Arguments.of("", null, new TypeRef<byte[]>() {}, new byte[0]),
        Arguments.of("\"text\"", "application/json", new TypeRef<String>() {}, "text"),
        Arguments.of("text", "text/plain", new TypeRef<String>() {}, "text"),
        Arguments.of("Zürich", "text/plain; charset=UTF-8", new TypeRef<String>() {}, "Zürich"),
        Arguments.of("30", "application/json;charset=utf-8", new TypeRef<Integer>() {}, 30),
        Arguments.of("30", "APPLICATION/JSON", new TypeRef<Integer>() {}, 30),
        Arguments.of("30", "text/plain", new TypeRef<Integer>() {}, 30),
        Arguments.of("x", "application/octet-stream", new TypeRef<byte[]>() {}, new byte[] {'x'}));
  }

  @ParameterizedTest(name = "\"{0}\" as {1} for {2}")
  @MethodSource("dev.parley.conformance.InteropContract#bareBodies")
  <T> void aMessageWithoutHeadersOfOursIsDecodedAsDeclared(
      String body, @Nullable String contentType, TypeRef<T> type, T expected) throws Exception {
    String queue = fixture.name("bare");
    Seen<T> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue(queue), type, seen));

    fixture.foreign().send(queue, RawMessage.of(body).with(CONTENT_TYPE, contentType));

    assertThat(seen.next()).isEqualTo(expected);
    Expect.counter(broker, Counter.HANDLED, 1);
  }

  @Test
  void anEmptyBodyWithoutAContentTypeIsNothingForARecord() throws Exception {
    String queue = fixture.name("nothing");
    Seen<Order> seen = new Seen<>();
    fixture.started(on -> on.consume(queue, Order.class, seen));

    fixture.foreign().send(queue, RawMessage.of(""));

    assertThat(seen.nextOrNull()).isNull();
  }

  @Test
  void unknownPropertiesOfABodyAreIgnored() throws Exception {
    String queue = fixture.name("extended");
    Seen<Order> seen = new Seen<>();
    fixture.started(on -> on.consume(queue, Order.class, seen));

    fixture.foreign().send(queue, RawMessage.json("{\"id\":\"o\",\"quantity\":1,\"new\":{}}"));

    assertThat(seen.next()).isEqualTo(new Order("o", 1));
  }

  @Test
  void aForeignClientGetsAPlainReplyWithItsOwnCorrelationId() {
    String queue = fixture.name("echo");
    fixture.started(on -> on.subscribe(queue, Order.class, o -> new Receipt(o.id(), 5)));
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(
        queue,
        RawMessage.of("{\"id\":\"o\",\"quantity\":1}")
            .with(REPLY_TO, replies)
            .with(CORRELATION_ID, "my-own-id"));

    RawMessage reply = client.take(replies);
    assertThat(reply.text()).isEqualTo("{\"id\":\"o\",\"cents\":5}");
    assertThat(reply.property(CORRELATION_ID)).isEqualTo("my-own-id");
    assertThat(reply.property(CONTENT_TYPE)).isEqualTo("application/json");
    assertThat(reply.headers()).doesNotContainKey("parley-status");
  }

  @Test
  void aForeignClientWithoutACorrelationIdIsAnsweredToo() {
    String queue = fixture.name("echo");
    fixture.started(on -> on.subscribe(queue, Integer.class, number -> number + 1));
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("30").with(REPLY_TO, replies));

    assertThat(client.take(replies).text()).isEqualTo("31");
  }

  @Test
  void aForeignClientLearnsOfAFailureAsAProblemDocument() {
    String queue = fixture.name("failing");
    fixture.started(
        on ->
            on.subscribe(
                queue(queue).retry(0),
                String.class,
                body -> {
                  throw new IllegalStateException("no stock");
                }));
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replies).with(CORRELATION_ID, "c-1"));

    RawMessage reply = client.take(replies);
    assertThat(reply.property(CORRELATION_ID)).isEqualTo("c-1");
    assertThat(reply.property(CONTENT_TYPE)).isEqualTo("application/problem+json");
    assertThat(reply.header("parley-status")).isEqualTo("HANDLER_FAILED");
    assertThat(reply.text())
        .contains("no stock")
        .as("never a stack trace")
        .doesNotContain("\\tat ", "dev.parley", ".java:");
  }

  @Test
  void theReplyOfAForeignServerIsAPlainSuccess() throws Exception {
    String queue = fixture.name("rpc_queue");
    ForeignClient server = fixture.foreign();
    server.declare(queue);
    CompletableFuture<Reply<Integer>> call =
        fixture.broker().requestAsync(30, to(queue).callback(Integer.class));

    RawMessage request = server.take(queue);
    server.answer(request, RawMessage.of("832040").header("x-by", "fibonacci"));

    Reply<Integer> reply = call.get();
    assertThat(request.text()).isEqualTo("30");
    assertThat(reply.value()).isEqualTo(832040);
    assertThat(reply.headers()).containsEntry("x-by", "fibonacci");
    assertThat(reply.server()).isEmpty();
    assertThat(reply.handled()).isEmpty();
    assertThat(reply.total()).isPresent();
  }

  @Test
  void theReplyOfAForeignServerReachesARegisteredHandler() throws Exception {
    String queue = fixture.name("rpc_queue");
    String results = fixture.name("results");
    Seen<Integer> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(results, Integer.class, seen));
    ForeignClient server = fixture.foreign();
    server.declare(queue);
    broker.publish(30, to(queue).replyTo(results));

    RawMessage request = server.take(queue);
    server.answer(request, RawMessage.of("832040"));

    assertThat(seen.next()).isEqualTo(832040);
  }

  @Test
  void unknownHeadersPassThroughUntouched() throws Exception {
    String queue = fixture.name("traced");
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Seen<Message<String>> seen = new Seen<>();
    fixture.started(
        on ->
            on.consume(
                queue(queue).retry(1),
                new TypeRef<Message<String>>() {},
                message -> {
                  seen.handle(message);
                  throw new IllegalStateException("so that it is retried and dead-lettered");
                }));

    ForeignClient foreign = fixture.foreign();
    foreign.send(
        queue, RawMessage.of("x").header("traceparent", trace).header("X-Ünknown", "wert ü"));

    for (Message<String> attempt : seen.next(2)) {
      assertThat(attempt.headers())
          .containsEntry("traceparent", trace)
          .containsEntry("X-Ünknown", "wert ü");
    }
    RawMessage letter = foreign.take(queue + ".dead");
    assertThat(letter.header("traceparent")).isEqualTo(trace);
    assertThat(letter.header("X-Ünknown")).isEqualTo("wert ü");
    assertThat(letter.text()).isEqualTo("x");
  }

  @Test
  void headersThatAreNoTextAreReadAsText() throws Exception {
    String queue = fixture.name("typed");
    Seen<Message<String>> seen = new Seen<>();
    fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));

    fixture
        .foreign()
        .send(
            queue,
            RawMessage.of("x")
                .header("number", 7)
                .header("flag", true)
                .header("list", java.util.List.of("a", "b")));

    assertThat(seen.next().headers())
        .containsEntry("number", "7")
        .containsEntry("flag", "true")
        .containsKey("list");
  }

  @Test
  void aForeignMessageWithoutAnIdIsRetriedAndGivenUpAsAnyOther() throws Exception {
    String queue = fixture.name("anonymous");
    Seen<Integer> attempts = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).retry(2),
                    new TypeRef<Message<String>>() {},
                    message -> {
                      attempts.handle(message.attempt());
                      throw new IllegalStateException("always");
                    }));

    fixture.foreign().send(queue, RawMessage.of("x"));

    assertThat(attempts.next(3)).containsExactly(1, 2, 3);
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    attempts.assertNothingMore();
  }

  @Test
  void aHandlerOfOptionalsTakesWhatIsThereOrNot() throws Exception {
    String queue = fixture.name("optional");
    Seen<Optional<Integer>> seen = new Seen<>();
    fixture.started(on -> on.consume(queue(queue), new TypeRef<Optional<Integer>>() {}, seen));
    ForeignClient foreign = fixture.foreign();

    foreign.send(queue, RawMessage.of("30"));
    foreign.send(queue, RawMessage.json("null"));
    foreign.send(queue, RawMessage.of(""));

    assertThat(seen.next(3)).containsExactly(Optional.of(30), Optional.empty(), Optional.empty());
  }

  @Test
  void jsonOfAnyShapeIsTakenAsATree() throws Exception {
    String queue = fixture.name("tree");
    Seen<JsonNode> seen = new Seen<>();
    fixture.started(on -> on.consume(queue, JsonNode.class, seen));

    fixture.foreign().send(queue, RawMessage.json("{\"a\":[1,{\"b\":null}]}"));

    assertThat(seen.next()).hasToString("{\"a\":[1,{\"b\":null}]}");
  }
}
