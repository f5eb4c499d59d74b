package dev.parley.conformance;

import dev.parley.conformance.Relay.Direction;

/** Where a {@link Relay} tears a connection: a place in what passes in one direction. Immutable. */
public final class Tear {

  private final Direction direction;
  private final byte[] pattern;
  private final int bytesAfter;

  private Tear(Direction direction, byte[] pattern, int bytesAfter) {
    this.direction = direction;
    this.pattern = pattern;
    this.bytesAfter = bytesAfter;
  }

  /** So many bytes behind the beginning of the next thing that looks like this. */
  public static Tear in(byte[] pattern, Direction direction, int bytesAfter) {
    return new Tear(direction, pattern.clone(), bytesAfter);
  }

  /** In whatever passes next, after so many bytes of it. */
  public static Tear anywhere(Direction direction, int bytesAfter) {
    return in(new byte[0], direction, bytesAfter);
  }

  Direction direction() {
    return direction;
  }

  /** How many of these bytes still pass; negative when the place is not among them. */
  int passing(byte[] bytes, int count) {
    for (int start = 0; start + pattern.length <= count; start++) {
      if (isAt(bytes, start)) {
        return Math.min(count, start + bytesAfter);
      }
    }
    return -1;
  }

  private boolean isAt(byte[] bytes, int start) {
    for (int i = 0; i < pattern.length; i++) {
      if (bytes[start + i] != pattern[i]) {
        return false;
      }
    }
    return true;
  }
}
