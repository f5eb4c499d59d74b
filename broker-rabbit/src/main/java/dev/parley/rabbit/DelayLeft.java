package dev.parley.rabbit;

import dev.parley.spi.support.Decimal;
import java.time.Duration;
import java.util.Map;

/** Reads {@link RabbitHeaders#DELAY_LEFT}. */
final class DelayLeft {

  private DelayLeft() {}

  /** What is left; zero when absent or malformed. */
  static Duration of(Map<String, String> headers) {
    return Duration.ofMillis(Math.max(0, Decimal.parse(headers.get(RabbitHeaders.DELAY_LEFT))));
  }
}
