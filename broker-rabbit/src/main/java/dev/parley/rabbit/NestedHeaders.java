package dev.parley.rabbit;

/**
 * Finds tables and lists nested too deep among the headers of a message, and makes them byte arrays
 * in place. What does not look like a content header is left as it is: judging it is the client
 * library's affair.
 */
final class NestedHeaders {

  private static final int FIXED = 14; // class, weight, size of the body, flags
  private static final int HAS_CONTENT_TYPE = 1 << 15;
  private static final int HAS_CONTENT_ENCODING = 1 << 14;
  private static final int HAS_HEADERS = 1 << 13;

  private NestedHeaders() {}

  /** The content header is the bytes from one index to before the other. */
  static void flatten(byte[] bytes, int from, int to, int maxDepth) {
    if (to - from < FIXED) {
      return;
    }
    int flags = Wire.int16(bytes, from + FIXED - 2);
    if ((flags & HAS_HEADERS) == 0) {
      return;
    }
    int at = from + FIXED;
    if ((flags & HAS_CONTENT_TYPE) != 0) {
      at = afterShortString(bytes, at, to);
    }
    if ((flags & HAS_CONTENT_ENCODING) != 0) {
      at = afterShortString(bytes, at, to);
    }
    flattenTable(bytes, at, to, maxDepth);
  }

  private static int afterShortString(byte[] bytes, int at, int to) {
    return at < to ? at + 1 + (bytes[at] & 0xff) : to;
  }

  private static int end(byte[] bytes, int at, int to) {
    return at + 4 > to ? to : (int) Math.min(to, at + 4 + (Wire.int32(bytes, at) & 0xffffffffL));
  }

  /** A length, then names and values; returns where it ends. */
  private static int flattenTable(byte[] bytes, int at, int to, int depthLeft) {
    int end = end(bytes, at, to);
    int next = at + 4;
    while (next < end) {
      next = flattenValue(bytes, afterShortString(bytes, next, end), end, depthLeft);
    }
    return end;
  }

  /** A length, then values; returns where it ends. */
  private static int flattenList(byte[] bytes, int at, int to, int depthLeft) {
    int end = end(bytes, at, to);
    int next = at + 4;
    while (next < end) {
      next = flattenValue(bytes, next, end, depthLeft);
    }
    return end;
  }

  /** A type and what belongs to it; returns where it ends. */
  private static int flattenValue(byte[] bytes, int at, int to, int depthLeft) {
    if (at >= to) {
      return to;
    }
    int content = at + 1;
    switch (bytes[at]) {
      case 'F', 'A' -> {
        if (depthLeft == 0) {
          bytes[at] = 'x';
          return end(bytes, content, to);
        }
        return bytes[at] == 'F'
            ? flattenTable(bytes, content, to, depthLeft - 1)
            : flattenList(bytes, content, to, depthLeft - 1);
      }
      case 'S', 'x' -> {
        return end(bytes, content, to);
      }
      case 'V' -> {
        return content;
      }
      case 't', 'b', 'B' -> {
        return content + 1;
      }
      case 's', 'u' -> {
        return content + 2;
      }
      case 'I', 'i', 'f' -> {
        return content + 4;
      }
      case 'D' -> {
        return content + 5;
      }
      case 'l', 'd', 'T', 'L' -> {
        return content + 8;
      }
      default -> {
        return to; // unknown: nothing behind it can be found
      }
    }
  }
}
