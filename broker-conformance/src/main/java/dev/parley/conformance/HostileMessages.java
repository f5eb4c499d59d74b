package dev.parley.conformance;

import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.MESSAGE_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Messages that a well-meaning sender would not send: random and mutated bodies, headers and
 * properties. The message of a seed and a number is always the same, so that what was found once is
 * found again. Stateless.
 */
public final class HostileMessages {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int LONGEST_NAME = 60; // in characters; AMQP has room for 255 bytes

  private static final List<String> NAMES =
      List.of(
          "parley-deadline",
          "parley-timeout",
          "parley-sent",
          "parley-attempt",
          "parley-key",
          "parley-method",
          "parley-inbox",
          "parley-signal",
          "parley-seq",
          "parley-epoch",
          "parley-status",
          "parley-server",
          "parley-origin",
          "parley-group",
          "parley-error",
          "parley-error-type",
          "parley-attempts",
          "parley-failed-at",
          "parley-unheard-of",
          "__TypeId__",
          "__ContentTypeId__",
          "__KeyTypeId__",
          "spring_json_header_types",
          "_class",
          "@class",
          "x-death",
          "x-delay",
          "kafka_replyTopic",
          "kafka_replyPartition",
          "kafka_correlationId",
          "reply_partition",
          "content-encoding",
          "traceparent",
          "quantity");

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1",
          "2147483648",
          "9223372036854775807",
          "99999999999999999999999999999",
          "1e400",
          "NaN",
          "null",
          "true",
          "CREDIT 1",
          "CREDIT -1",
          "CREDIT 99999999999999999999",
          "CANCEL",
          "PING",
          "HALF_CLOSE",
          "END",
          "OVERLOADED",
          "HANDLER_FAILED",
          "INVALID_MESSAGE",
          "gzip",
          "${java.home}",
          "../../etc/passwd",
          "a\r\nb: c",
          "\u0000\u0001\u001f",
          "日本語\uD83D\uDE00",
          "\uD800",
          Poison.NAME,
          "{\"a\":\"" + Poison.NAME + "\"}",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

  private static final List<String> BODIES =
      List.of(
          "{\"id\":\"o-1\",\"quantity\":1}",
          "{\"id\":\"\",\"quantity\":-1}",
          "{\"@class\":\"" + Poison.NAME + "\",\"id\":\"o-1\",\"quantity\":1}",
          "[\"" + Poison.NAME + "\",{\"id\":\"o-1\",\"quantity\":1}]",
          "{\"id\":{\"@type\":\"" + Poison.NAME + "\"},\"quantity\":[1]}",
          "{\"type\":\"about:blank\",\"code\":\"HANDLER_FAILED\",\"error\":\""
              + Poison.NAME
              + "\"}",
          "{\"data\":{\"id\":\"o-1\"},\"headers\":{\"a\":1},\"reply_to\":\"nowhere\"}",
          "[1,2,[3,[4,{\"a\":null}]]]",
          "\"text\"",
          "null",
          "1e999999999",
          "-0",
          "true",
          "plain text",
          "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>");

  private static final List<String> CONTENT_TYPES =
      List.of(
          "application/json",
          "application/json; charset=utf-16",
          "application/json;charset=;;=",
          "text/plain",
          "text/plain; charset=no-such-charset",
          "application/octet-stream",
          "application/problem+json",
          "application/x-java-serialized-object",
          "application/x-java-object; class=" + Poison.NAME,
          "application/xml",
          "",
          "/",
          ";;;///",
          "*/*");

  private static final List<String> NOWHERE =
      List.of("nobody.is.there", "", " ", "../..", "amq.topic", "amq.rabbitmq.reply-to.x", "a/7");

  private final SplittableRandom random;
  private final int longest;

  private HostileMessages(long seed, long number, int longest) {
    this.random = new SplittableRandom(seed + number * GOLDEN);
    this.longest = longest;
  }

  /**
   * The message of that number.
   *
   * @param longest how many bytes a property may have on this wire
   */
  public static RawMessage of(long seed, long number, int longest) {
    return new HostileMessages(seed, number, longest).message();
  }

  private RawMessage message() {
    RawMessage message = RawMessage.of(body());
    if (chance(70)) {
      message = message.with(CONTENT_TYPE, property(mutated(one(CONTENT_TYPES))));
    }
    if (chance(40)) {
      message = message.with(CORRELATION_ID, property(text()));
    }
    if (chance(40)) {
      message = message.with(MESSAGE_ID, property(text()));
    }
    if (chance(15)) {
      message = message.with(REPLY_TO, property(mutated(one(NOWHERE))));
    }
    int headers = chance(2) ? random.nextInt(300) : random.nextInt(6);
    for (int i = 0; i < headers; i++) {
      message = message.header(chance(80) ? one(NAMES) : name(), value(4));
    }
    return message;
  }

  private byte[] body() {
    int kind = random.nextInt(100);
    if (kind < 45) {
      return mutated(one(BODIES).getBytes(StandardCharsets.UTF_8));
    }
    if (kind < 70) {
      return one(BODIES).getBytes(StandardCharsets.UTF_8);
    }
    if (kind < 90) {
      return bytes(random.nextInt(chance(5) ? 20_000 : 200));
    }
    if (kind < 94) {
      String open = chance(50) ? "[" : "{\"a\":";
      return open.repeat(1 + random.nextInt(5_000)).getBytes(StandardCharsets.UTF_8);
    }
    if (kind < 97) {
      return ("{\"id\":\"x\",\"quantity\":" + "9".repeat(1 + random.nextInt(5_000)) + "}")
          .getBytes(StandardCharsets.UTF_8);
    }
    return kind < 99 ? Poison.serialised() : new byte[0];
  }

  /** A value of any type that a wire may know; what it does not know goes as text. */
  @SuppressWarnings("JavaUtilDate") // what the AMQP client writes timestamps from
  private Object value(int depth) {
    int kind = random.nextInt(depth > 0 ? 24 : 20);
    return switch (kind) {
      case 10 -> random.nextInt();
      case 11 -> random.nextLong();
      case 12 -> random.nextBoolean();
      case 13 -> new Date(random.nextLong(1L << 40));
      case 14 -> bytes(random.nextInt(40));
      case 15 -> random.nextDouble();
      case 16 -> BigDecimal.valueOf(random.nextInt(), 2);
      case 17, 18 -> text();
      case 20, 21 -> list(depth - 1);
      case 22, 23 -> map(depth - 1);
      default -> one(VALUES);
    };
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(depth));
    }
    return list;
  }

  private Map<String, Object> map(int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put("k" + i, value(depth));
    }
    return map;
  }

  private String text() {
    if (chance(50)) {
      return mutated(one(VALUES));
    }
    int length = random.nextInt(chance(3) ? 3_000 : 40);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (chance(80) ? random.nextInt(32, 127) : random.nextInt(0xD7FF)));
    }
    return text.toString();
  }

  private String mutated(String text) {
    return chance(70)
        ? text
        : new String(mutated(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  /** One to four bytes are changed, taken out, put in, or repeated. */
  private byte[] mutated(byte[] bytes) {
    byte[] result = bytes;
    for (int i = 1 + random.nextInt(4); i > 0 && result.length > 0; i--) {
      int at = random.nextInt(result.length);
      result =
          switch (random.nextInt(4)) {
            case 0 -> spliced(result, at, at + 1, bytes(1));
            case 1 -> spliced(result, at, at + 1, new byte[0]);
            case 2 -> spliced(result, at, at, bytes(1 + random.nextInt(3)));
            default -> spliced(result, random.nextInt(at + 1), at, new byte[0]);
          };
    }
    return result;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] insert) {
    byte[] result = new byte[from + insert.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(insert, 0, result, from, insert.length);
    System.arraycopy(bytes, to, result, from + insert.length, bytes.length - to);
    return result;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Without halves of characters, of which Kafka's client makes records nobody can read. */
  private String name() {
    String text = text();
    String cut = text.substring(0, Math.min(text.length(), LONGEST_NAME));
    return "x" + cut.replaceAll("[\\uD800-\\uDFFF]", "?");
  }

  private String property(String text) {
    String fits = text;
    while (fits.getBytes(StandardCharsets.UTF_8).length > longest) {
      fits = fits.substring(0, fits.length() / 2);
    }
    return fits;
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
