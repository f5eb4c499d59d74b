package dev.parley.conformance;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chance for one hostile message: that of a seed and a number is always the same, so that what was
 * found once is found again. Used by one thread.
 */
final class Dice {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final SplittableRandom random;

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** For the message of that number. */
  static Dice of(long seed, long number) {
    return new Dice(new SplittableRandom(seed + number * GOLDEN));
  }

  /** Where numbers are drawn from. */
  SplittableRandom random() {
    return random;
  }

  String text() {
    if (chance(50)) {
      return mutated(one(HostileWords.VALUES));
    }
    int length = random.nextInt(chance(3) ? 3_000 : 40);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (chance(80) ? random.nextInt(32, 127) : random.nextInt(0xD7FF)));
    }
    return text.toString();
  }

  String mutated(String text) {
    return chance(70)
        ? text
        : new String(mutated(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  /** One to four bytes are changed, taken out, put in, or repeated. */
  byte[] mutated(byte[] bytes) {
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

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
