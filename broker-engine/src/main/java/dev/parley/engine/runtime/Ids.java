package dev.parley.engine.runtime;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of 128 random bits, as 32 hexadecimal digits: a secure random mask for each broker over the
 * thread's fast generator. Thread-safe.
 */
public final class Ids {

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private final long highMask;
  private final long lowMask;

  /** With masks of its own. */
  public Ids() {
    SecureRandom random = new SecureRandom();
    this.highMask = random.nextLong();
    this.lowMask = random.nextLong();
  }

  /** A new id. */
  public String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] text = new byte[32];
    write(random.nextLong() ^ highMask, text, 0);
    write(random.nextLong() ^ lowMask, text, 16);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void write(long bits, byte[] text, int offset) {
    long rest = bits;
    for (int i = offset + 15; i >= offset; i--) {
      text[i] = DIGITS[(int) (rest & 15)];
      rest >>>= 4;
    }
  }
}
