package dev.parley.redis;

import dev.parley.conformance.brokers.RedisWire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What somebody types into {@code redis-cli}, and what it shows. Used by the thread of the test.
 */
final class Shell implements AutoCloseable {

  private final RedisWire wire;

  private Shell(RedisWire wire) {
    this.wire = wire;
  }

  static Shell at(String url) throws IOException {
    return new Shell(RedisWire.connect(url));
  }

  /** Types a line; words are separated by spaces, a word in apostrophes may hold some. */
  Object type(String line) throws IOException {
    return wire.call(
        java.util.regex.Pattern.compile("'([^']*)'|(\\S+)")
            .matcher(line)
            .results()
            .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
            .toArray());
  }

  /** The same, for an answer that is text or a number. */
  String text(String line) throws IOException {
    return RedisWire.string(Objects.requireNonNull(type(line)));
  }

  /** The fields of the first entry of a stream; waits for it for ten seconds. */
  Map<String, String> first(String stream) throws IOException {
    List<?> streams =
        (List<?>) Objects.requireNonNull(type("XREAD BLOCK 10000 STREAMS " + stream + " 0"));
    List<?> entries = (List<?>) ((List<?>) streams.get(0)).get(1);
    List<?> flat = (List<?>) ((List<?>) entries.get(0)).get(1);
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      fields.put(RedisWire.string(flat.get(i)), RedisWire.string(flat.get(i + 1)));
    }
    return fields;
  }

  /** A command that has no answer within the limit of the socket is an error. */
  RedisWire wire() {
    return wire;
  }

  @Override
  public void close() {
    wire.close();
  }
}
