package dev.parley.rabbit;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@link RabbitHeaders#DELAY_LEFT}. */
final class DelayLeft {

  private static final Pattern MILLIS = Pattern.compile("\\d{1,15}");

  private DelayLeft() {}

  /** What is left; zero when absent or malformed. */
  static Duration of(Map<String, String> headers) {
    String text = headers.get(RabbitHeaders.DELAY_LEFT);
    return text != null && MILLIS.matcher(text).matches()
        ? Duration.ofMillis(Long.parseLong(text))
        : Duration.ZERO;
  }
}
