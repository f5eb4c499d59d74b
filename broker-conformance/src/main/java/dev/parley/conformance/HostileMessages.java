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
import org.jspecify.annotations.Nullable;

/**
 * Messages that a well-meaning sender would not send: random and mutated bodies, headers and
 * properties. The message of a seed and a number is always the same, so that what was found once is
 * found again. Stateless.
 */
public final class HostileMessages {

  private static final int LONGEST_NAME = 60; // in characters; AMQP has room for 255 bytes

  private final Dice dice;
  private final SplittableRandom random;
  private final int longest;

  private HostileMessages(long seed, long number, int longest) {
    this.dice = Dice.of(seed, number);
    this.random = dice.random();
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
    if (dice.chance(70)) {
      message =
          message.with(CONTENT_TYPE, property(dice.mutated(dice.one(HostileWords.CONTENT_TYPES))));
    }
    if (dice.chance(40)) {
      message = message.with(CORRELATION_ID, property(dice.text()));
    }
    if (dice.chance(40)) {
      message = message.with(MESSAGE_ID, property(dice.text()));
    }
    if (dice.chance(15)) {
      message = message.with(REPLY_TO, property(dice.mutated(dice.one(HostileWords.NOWHERE))));
    }
    int headers = dice.chance(2) ? random.nextInt(300) : random.nextInt(6);
    for (int i = 0; i < headers; i++) {
      message = message.header(dice.chance(80) ? dice.one(HostileWords.NAMES) : name(), value(4));
    }
    return message;
  }

  private byte[] body() {
    int kind = random.nextInt(100);
    if (kind < 45) {
      return dice.mutated(dice.one(HostileWords.BODIES).getBytes(StandardCharsets.UTF_8));
    }
    if (kind < 70) {
      return dice.one(HostileWords.BODIES).getBytes(StandardCharsets.UTF_8);
    }
    if (kind < 90) {
      return dice.bytes(random.nextInt(dice.chance(5) ? 20_000 : 200));
    }
    if (kind < 94) {
      String open = dice.chance(50) ? "[" : "{\"a\":";
      return open.repeat(1 + random.nextInt(5_000)).getBytes(StandardCharsets.UTF_8);
    }
    if (kind < 97) {
      return ("{\"id\":\"x\",\"quantity\":" + "9".repeat(1 + random.nextInt(5_000)) + "}")
          .getBytes(StandardCharsets.UTF_8);
    }
    return kind < 99 ? Poison.serialised() : new byte[0];
  }

  /** A value of any type that a wire may know, or none; what it does not know goes as text. */
  @SuppressWarnings("JavaUtilDate") // what the AMQP client writes timestamps from
  private @Nullable Object value(int depth) {
    int kind = random.nextInt(depth > 0 ? 24 : 20);
    return switch (kind) {
      case 9 -> null;
      case 10 -> random.nextInt();
      case 11 -> random.nextLong();
      case 12 -> random.nextBoolean();
      case 13 -> new Date(random.nextLong(1L << 40));
      case 14 -> dice.bytes(random.nextInt(40));
      case 15 -> random.nextDouble();
      case 16 -> BigDecimal.valueOf(random.nextInt(), 2);
      case 17, 18 -> dice.text();
      case 20, 21 -> list(depth - 1);
      case 22, 23 -> map(depth - 1);
      default -> dice.one(HostileWords.VALUES);
    };
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(depth));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put("k" + i, value(depth));
    }
    return map;
  }

  /**
   * Some are empty. Without halves of characters, of which Kafka's client makes records nobody can
   * read.
   */
  private String name() {
    if (dice.chance(10)) {
      return "";
    }
    String text = dice.text();
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
}
