package dev.parley.bench.contestant;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a contestant closes at its end, in order. Used by one thread. */
final class Closings {
  private final Deque<AutoCloseable> all = new ArrayDeque<>();

  /** Before what is there. */
  <T extends AutoCloseable> T first(T closing) {
    all.addFirst(closing);
    return closing;
  }

  /** After what is there. */
  void last(AutoCloseable closing) {
    all.addLast(closing);
  }

  void close() throws IOException {
    for (AutoCloseable closing : all) {
      try {
        closing.close();
      } catch (Exception e) {
        throw new IOException("Closing failed", e);
      }
    }
    all.clear();
  }
}
