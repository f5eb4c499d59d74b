package dev.parley.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.ReplyUnreadableException;
import dev.parley.Violation;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports, problem documents, and the exceptions they become again. */
class ErrorsOnTheWireTest {

  private final ErrorRegistry registry = new ErrorRegistry();
  private final ErrorReplies replies = new ErrorReplies(registry);

  private static WireMessage reply(String status, byte[] body) {
    return new WireMessage(body, null, null, null, null, Map.of("parley-status", status));
  }

  private RuntimeException read(ErrorReport report) {
    return replies.read(
        reply(report.code().name(), ProblemDocument.write(report)), "queue \"orders\"");
  }

  private static ErrorReport report(ErrorCode code, String type, String message) {
    return ErrorReport.of(code, type, message, List.of());
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyCodeSurvivesTheTrip(ErrorCode code) {
    RuntimeException error = read(report(code, "Type", "why it failed"));
    assertThat(error)
        .isInstanceOfSatisfying(BrokerException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining("why it failed");
    Class<?> expected =
        switch (code) {
          case TIMEOUT -> CallTimeoutException.class;
          case NO_HANDLER -> NoHandlerException.class;
          case INVALID_MESSAGE -> InvalidMessageException.class;
          case HANDLER_FAILED -> HandlerFailedException.class;
          case REPLY_UNREADABLE -> ReplyUnreadableException.class;
          case CONNECTION_LOST -> ConnectionLostException.class;
          case PUBLISH_FAILED -> PublishFailedException.class;
          default -> BrokerException.class;
        };
    assertThat(error).isExactlyInstanceOf(expected);
  }

  @Test
  void violationsSurviveTheTrip() {
    List<Violation> violations =
        List.of(
            new Violation("items[2].price", "must be greater than 0"), new Violation("", "all"));
    RuntimeException error = read(ErrorReport.of(ErrorCode.INVALID_MESSAGE, "T", "m", violations));
    assertThat(((InvalidMessageException) error).violations()).isEqualTo(violations);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{",
        "{\"violations\":7,\"detail\":{\"a\":1},\"error\":[1]}",
        "{\"violations\":[1,{\"path\":5},null]}",
        "<html>"
      })
  void aForeignBodyLeavesTheCode(String body) {
    RuntimeException error =
        replies.read(reply("HANDLER_FAILED", body.getBytes(StandardCharsets.UTF_8)), "q");
    assertThat(error).isInstanceOf(HandlerFailedException.class);
  }

  @Test
  void noBytesAtAllBreakTheReader() {
    Random random = new Random(7);
    byte[] good =
        ProblemDocument.write(
            ErrorReport.of(ErrorCode.INVALID_MESSAGE, "T", "m", List.of(new Violation("p", "w"))));
    for (int i = 0; i < 5_000; i++) {
      byte[] body = good.clone();
      for (int changes = random.nextInt(6); changes >= 0; changes--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      assertThat(replies.read(reply("INVALID_MESSAGE", body), "q")).isNotNull();
    }
    String deep = "[".repeat(5_000);
    assertThat(replies.read(reply("INVALID_MESSAGE", deep.getBytes(StandardCharsets.UTF_8)), "q"))
        .isNotNull();
  }

  @Test
  void anUnknownStatusIsUnreadable() {
    assertThat(replies.read(reply("x".repeat(5_000), new byte[0]), "q"))
        .isInstanceOf(ReplyUnreadableException.class)
        .message()
        .hasSizeLessThan(200);
    assertThat(replies.read(new WireMessage(new byte[0], null, null, null, null, Map.of()), "q"))
        .isNull();
  }

  @Test
  void registeredErrorsAreRebuiltAndOthersKeepTheirName() {
    registry.add("io", IllegalStateException.class, IllegalStateException::new);
    assertThat(read(report(ErrorCode.HANDLER_FAILED, "io", "disk full")))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("disk full");
    assertThat(read(report(ErrorCode.HANDLER_FAILED, "java.lang.Runtime", "no class is loaded")))
        .isInstanceOfSatisfying(
            HandlerFailedException.class,
            e -> assertThat(e.remoteType()).isEqualTo("java.lang.Runtime"));
    assertThat(registry.nameOf(new CancellationException("a subclass"))).isEqualTo("io");
    assertThat(registry.nameOf(new ArithmeticException())).isEqualTo("ArithmeticException");
    assertThat(registry.nameOf(new ArithmeticException() {})).isEqualTo("anonymous");
  }

  @Test
  void namesAndClassesAreRegisteredOnce() {
    registry.add("one", IllegalStateException.class, IllegalStateException::new);
    assertThatThrownBy(
            () -> registry.add("one", ArithmeticException.class, ArithmeticException::new))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> registry.add("two", IllegalStateException.class, IllegalStateException::new))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> registry.add(" ", ArithmeticException.class, ArithmeticException::new))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "€", "\uD83D\uDE00"})
  void aMessageIsCutToAKibibyteBetweenCharacters(String character) {
    for (int prefix = 0; prefix < 4; prefix++) {
      String message =
          report(ErrorCode.TIMEOUT, "T", "a".repeat(prefix) + character.repeat(2_000)).message();
      assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1_020, 1_024);
      assertThat(message).endsWith("...").doesNotContain("\uFFFD");
    }
    assertThat(report(ErrorCode.TIMEOUT, "T", "y".repeat(1_024)).message()).hasSize(1_024);
    assertThat(report(ErrorCode.TIMEOUT, "T", null).message()).isEmpty();
  }

  @Test
  void aHundredViolationsAreEnough() {
    List<Violation> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(new Violation("p" + i, "wrong"));
    }
    assertThat(ErrorReport.of(ErrorCode.INVALID_MESSAGE, "T", "m", many).violations()).hasSize(100);
  }
}
