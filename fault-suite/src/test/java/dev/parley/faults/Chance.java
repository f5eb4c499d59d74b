package dev.parley.faults;

import java.time.Duration;

/**
 * What the handlers of one round do with each message, by the round's seed alone: the same in every
 * process, and again when a round is played again.
 */
record Chance(long seed) {

  private static final int PERMILLE = 1000;

  /** Whether that attempt fails: one in twenty does, and all of a message that is poison. */
  boolean fails(int number, int attempt) {
    return isPoison(number) || draw(1, number, attempt) < 50;
  }

  /** Whether every attempt fails, so that the message ends among the dead letters. */
  boolean isPoison(int number) {
    return draw(2, number, 0) < 5;
  }

  /** Whether the handler answers that call with an error. */
  boolean refuses(int number) {
    return draw(3, number, 0) < 10;
  }

  /** Whether the handler of that call sleeps past the caller's deadline. */
  boolean oversleeps(int number) {
    return draw(4, number, 0) < 10;
  }

  /** How long the caller waits. */
  Duration patience(int number) {
    return oversleeps(number)
        ? Duration.ofMillis(300)
        : Duration.ofMillis(1_000 + 3L * draw(5, number, 0));
  }

  /** How long the handler works. */
  Duration effort(int number) {
    return Duration.ofMillis(draw(6, number, 0) % 4);
  }

  private int draw(int purpose, int number, int attempt) {
    long mixed = mix(seed + mix(purpose * 1_000_003L + mix(number * 31L + attempt)));
    return (int) Long.remainderUnsigned(mixed, PERMILLE);
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
