package dev.parley.engine.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant by a key that does not exist. */
final class Suggestion {

  private Suggestion() {}

  /** The key that fewest edits away; empty when none is near. */
  static Optional<String> nearest(String key, Collection<String> known) {
    int limit = Math.max(2, key.length() / 3);
    return known.stream()
        .filter(candidate -> distance(key, candidate) <= limit)
        .min(Comparator.comparingInt(candidate -> distance(key, candidate)));
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that lead from one to the other
   * (optimal string alignment).
   */
  static int distance(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    int[] current = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(last[j], current[j - 1]) + 1);
        if (isSwap(from, i, to, j)) {
          current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = current;
      current = free;
    }
    return last[to.length()];
  }

  private static boolean isSwap(String from, int i, String to, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
