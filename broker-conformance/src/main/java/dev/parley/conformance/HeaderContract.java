package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Header;
import dev.parley.InvalidMessageException;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Level;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §1: headers as parameters of a handler. */
abstract class HeaderContract extends Chapter {

  private static final String HALF = "\uD83D";
  private static final String OTHER_HALF = "\uDE00";

  /** Every type a header can have. */
  static final class Headers {
    final Seen<List<@Nullable Object>> seen = new Seen<>();

    @Subscriber("${app.prefix}headers")
    void take(
        String body,
        @Header("text") @Nullable String text,
        @Header("number") int number,
        @Header("boxed") @Nullable Long boxed,
        @Header("flag") boolean flag,
        @Header("level") @Nullable Level level,
        @Header("id") @Nullable UUID id,
        @Header("at") @Nullable Instant at,
        @Header("maybe") Optional<String> maybe) {
      seen.handle(java.util.Arrays.asList(body, text, number, boxed, flag, level, id, at, maybe));
    }
  }

  @Test
  void headersBecomeParametersOfTheirTypes() throws Exception {
    Headers handlers = new Headers();
    Broker broker = fixture.started(on -> on.register(handlers));
    UUID id = UUID.randomUUID();

    broker.publish(
        "body",
        to(fixture.name("headers"))
            .header("text", "t")
            .header("number", "7")
            .header("boxed", "8")
            .header("flag", "true")
            .header("level", "HIGH")
            .header("id", id.toString())
            .header("at", "2025-01-01T00:00:00Z")
            .header("maybe", "m"));

    assertThat(handlers.seen.next())
        .containsExactly(
            "body",
            "t",
            7,
            8L,
            true,
            Level.HIGH,
            id,
            Instant.parse("2025-01-01T00:00:00Z"),
            Optional.of("m"));
  }

  @Test
  void missingHeadersAreNullOrEmpty() throws Exception {
    Headers handlers = new Headers();
    Broker broker = fixture.started(on -> on.register(handlers));

    broker.publish(
        "body", to(fixture.name("headers")).header("number", "1").header("flag", "false"));

    assertThat(handlers.seen.next())
        .containsExactly("body", null, 1, null, false, null, null, null, Optional.empty());
  }

  @Test
  void aHeaderThatCannotBeReadIsInvalidAndNamed() {
    Broker broker = fixture.started(on -> on.register(new Headers()));

    InvalidMessageException failure =
        (InvalidMessageException)
            Expect.failsAtOnce(
                ErrorCode.INVALID_MESSAGE,
                () ->
                    broker.publish(
                        "body",
                        to(fixture.name("headers"))
                            .header("number", "seven")
                            .header("flag", "true")
                            .callback(Void.class)));

    assertThat(failure).hasMessageContaining("number");
  }

  @Test
  void aMissingHeaderForAPrimitiveIsInvalid() {
    Broker broker = fixture.started(on -> on.register(new Headers()));

    Expect.failsAtOnce(
        ErrorCode.INVALID_MESSAGE,
        () -> broker.publish("body", to(fixture.name("headers")).callback(Void.class)));
  }

  @Test
  void aHeaderThatIsNoTextIsRefusedBeforeItIsSent() throws Exception {
    String queue = fixture.name("halves");
    Seen<Message<String>> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));
    List<PublishOptions> refused =
        List.of(
            to(queue).header("name" + HALF, "v"),
            to(queue).header(OTHER_HALF + "name", "v"),
            to(queue).header("name", "v" + OTHER_HALF + HALF),
            to(queue).header("name", HALF));

    for (PublishOptions options : refused) {
      assertThatThrownBy(() -> broker.publish("x", options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("name", queue, "half a character");
      assertThat(broker.publishAsync("x", options)).failsWithin(Expect.AT_ONCE);
    }
    assertThatThrownBy(() -> broker.publish(Message.of("x").header("name", HALF), to(queue)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(broker.counters().get(Counter.PUBLISHED)).isZero();

    broker.publish("x", to(queue).header("smile" + HALF + OTHER_HALF, "v" + HALF + OTHER_HALF));
    assertThat(seen.next().headers())
        .containsEntry("smile" + HALF + OTHER_HALF, "v" + HALF + OTHER_HALF);
    seen.assertNothingMore();
  }

  @Test
  void aKeyOrMessageIdThatIsNoTextIsRefusedBeforeItIsSent() {
    String queue = fixture.name("half-keys");
    Broker broker = fixture.started(on -> on.subscribe(queue(queue), String.class, body -> null));

    for (PublishOptions options : List.of(to(queue).key(HALF), to(queue).messageId("x" + HALF))) {
      assertThatThrownBy(() -> broker.publish("x", options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(queue, "half a character");
    }
    for (Message<String> message :
        List.of(Message.of("x").key(HALF), Message.of("x").messageId(HALF))) {
      assertThatThrownBy(() -> broker.publish(message, to(queue)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(queue, "half a character");
    }
    assertThat(broker.counters().get(Counter.PUBLISHED)).isZero();
  }

  @Test
  void aReplyWithAHeaderThatIsNoTextIsAnErrorOfItsHandler() {
    String queue = fixture.name("half-replies");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue(queue).retry(0),
                    String.class,
                    body -> Message.of(body).header("name", HALF)));

    assertThat(
            Expect.failsAtOnce(
                ErrorCode.REPLY_UNREADABLE,
                () -> broker.publish("x", to(queue).callback(String.class))))
        .hasMessageContaining("half a character");
  }
}
