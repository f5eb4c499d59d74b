package dev.parley.bench.contestant;

import java.util.Arrays;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a handler does: adds two numbers that travel as JSON, or echoes bytes. Immutable.
 *
 * @param bytes how many are echoed; 0 to add
 */
public record Work(int bytes) {

  /** Adds. */
  public static final Work ADD = new Work(0);

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ObjectReader READ_ADD = JSON.readerFor(Add.class);
  private static final ObjectReader READ_SUM = JSON.readerFor(Integer.class);
  private static final ObjectWriter WRITE = JSON.writer();

  /** Two numbers. */
  public record Add(int a, int b) {}

  /** Whether the bodies are JSON. */
  public boolean isJson() {
    return bytes == 0;
  }

  /** A request as an object. */
  public Object request() {
    if (isJson()) {
      return new Add(1, 2);
    }
    byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) 'x');
    return body;
  }

  /** Throws unless it is the right reply to {@link #request}. */
  public void check(Object reply) {
    boolean right =
        isJson()
            ? reply.equals(3)
            : reply instanceof byte[] echoed && echoed.length == bytes && echoed[0] == 'x';
    if (!right) {
      throw new IllegalStateException("A wrong reply came: " + reply);
    }
  }

  /** By hand: a request as bytes. */
  byte[] write(Object request) {
    return isJson() ? WRITE.writeValueAsBytes(request) : (byte[]) request;
  }

  /** By hand: the handler, with its reading and writing. */
  byte[] handle(byte[] request) {
    if (!isJson()) {
      return request;
    }
    Add add = READ_ADD.readValue(request);
    return WRITE.writeValueAsBytes(add.a() + add.b());
  }

  /** By hand: the reply as an object. */
  Object read(byte[] reply) {
    return isJson() ? READ_SUM.readValue(reply) : reply;
  }
}
