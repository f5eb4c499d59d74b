package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One setting: its key, its default, how it is read, and what it is for.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {

  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)?");

  private final String key;
  private final T defaultValue;
  private final String description;
  private final Function<String, T> parser;
  private final @Nullable BiConsumer<String, String> check;

  private Setting(String key, T defaultValue, String description, Function<String, T> parser) {
    this(key, defaultValue, description, parser, null);
  }

  private Setting(
      String key,
      T defaultValue,
      String description,
      Function<String, T> parser,
      @Nullable BiConsumer<String, String> check) {
    this.key = requireNonNull(key, "key");
    this.defaultValue = requireNonNull(defaultValue, "defaultValue");
    this.description = requireNonNull(description, "description");
    this.parser = parser;
    this.check = check;
  }

  /** A text, as it stands. */
  public static Setting<String> text(String key, String defaultValue, String description) {
    return new Setting<>(key, defaultValue, description, value -> value);
  }

  /** A whole number within limits, both included. */
  public static Setting<Integer> integer(
      String key, int defaultValue, int min, int max, String description) {
    return new Setting<>(key, defaultValue, description, value -> parseInteger(value, min, max));
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> flag(String key, boolean defaultValue, String description) {
    return new Setting<>(key, defaultValue, description, Setting::parseFlag);
  }

  /**
   * A time above zero: {@code 250ms}, {@code 30s}, {@code 15m}, {@code 1h}, {@code 2d}, or as in
   * ISO 8601, {@code PT30S}.
   */
  public static Setting<Duration> duration(String key, Duration defaultValue, String description) {
    return new Setting<>(key, defaultValue, description, Setting::parseDuration);
  }

  /** One of the constants of an enumeration, in lower case with dashes. */
  public static <E extends Enum<E>> Setting<E> choice(
      String key, E defaultValue, String description) {
    Class<E> type = defaultValue.getDeclaringClass();
    return new Setting<>(key, defaultValue, description, value -> parseChoice(value, type));
  }

  /** A regular expression as {@link Pattern} takes it. */
  public static Setting<Pattern> pattern(String key, String defaultValue, String description) {
    return new Setting<>(key, Pattern.compile(defaultValue), description, Pattern::compile);
  }

  /**
   * All keys below a prefix, {@code kafka.client} for {@code kafka.client.linger.ms}: names that a
   * client library defines. Its value maps what comes after the prefix; empty when there is none.
   *
   * @param check looks at one name and its value; throws {@link IllegalArgumentException} whose
   *     message says what was expected
   */
  public static Setting<Map<String, String>> below(
      String prefix, String description, BiConsumer<String, String> check) {
    return new Setting<>(
        prefix,
        Map.of(),
        description,
        value -> {
          throw new IllegalArgumentException("must be followed by a dot and a name");
        },
        requireNonNull(check, "check"));
  }

  /** Whether this stands for all keys below {@link #key()}, see {@link #below}. */
  public boolean isPrefix() {
    return check != null;
  }

  /**
   * The value made of all that is configured below the prefix, every name checked before; only for
   * a setting that {@linkplain #isPrefix is a prefix}.
   */
  @SuppressWarnings("unchecked") // below() is the only way to make a prefix, and its type is a map
  public T collect(Map<String, String> values) {
    return (T) Map.copyOf(values);
  }

  /**
   * Checks one name below the prefix and its value; throws {@link IllegalArgumentException} whose
   * message says what was expected.
   */
  public void check(String name, String value) {
    if (check != null) {
      check.accept(name, value);
    }
  }

  /** The key, as in {@code call.timeout}. */
  public String key() {
    return key;
  }

  /** The value where nothing is configured. */
  public T defaultValue() {
    return defaultValue;
  }

  /** What it is for, in one sentence. */
  public String description() {
    return description;
  }

  /**
   * Reads a value; throws {@link IllegalArgumentException} whose message says what was expected.
   */
  public T parse(String value) {
    return parser.apply(value.trim());
  }

  /**
   * Reads a time as {@link #duration} does; throws {@link IllegalArgumentException} whose message
   * says what was expected.
   */
  public static Duration parseDuration(String value) {
    Matcher amount = AMOUNT.matcher(value.toLowerCase(Locale.ROOT));
    Duration duration =
        amount.matches()
            ? ofAmount(Long.parseLong(amount.group(1)), amount.group(2), value)
            : ofIso(value);
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("must be more than zero, was \"" + value + "\"");
    }
    return duration;
  }

  private static Duration ofAmount(long amount, String unit, String value) {
    if (unit == null) {
      throw new IllegalArgumentException("needs a unit, as in " + value + "ms or " + value + "s");
    }
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static Duration ofIso(String value) {
    try {
      return Duration.parse(value);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "must be a time such as 250ms, 30s, 15m or PT30S, was \"" + value + "\"", e);
    }
  }

  private static Integer parseInteger(String value, int min, int max) {
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message for both mistakes
    }
    throw new IllegalArgumentException(
        "must be a whole number from " + min + " to " + max + ", was \"" + value + "\"");
  }

  private static Boolean parseFlag(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false, was \"" + value + "\"");
    };
  }

  private static <E extends Enum<E>> E parseChoice(String value, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (spelling(constant).equals(value.toLowerCase(Locale.ROOT))) {
        return constant;
      }
    }
    String choices =
        String.join(", ", Arrays.stream(type.getEnumConstants()).map(Setting::spelling).toList());
    throw new IllegalArgumentException("must be one of " + choices + ", was \"" + value + "\"");
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return key;
  }
}
