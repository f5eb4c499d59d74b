package dev.parley.redis;

import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/**
 * The arguments of {@code XADD}, written straight into the buffer they are sent from: a message has
 * a dozen fields, and an object for each of them and its value costs more than sending them.
 * Immutable; any thread.
 */
final class EntryArguments extends CommandArgs<String, byte[]> {

  private static final String ONLY_IF_THERE = "NOMKSTREAM";
  private static final String ANY_ID = "*";

  private final String stream;
  private final boolean create;
  private final List<Object> fields;

  /**
   * For an entry.
   *
   * @param create whether a stream that does not exist is made
   * @param fields names and values in turn: strings, and bytes for values
   */
  EntryArguments(String stream, boolean create, List<Object> fields) {
    super(FieldCodec.INSTANCE);
    this.stream = stream;
    this.create = create;
    this.fields = fields;
  }

  @Override
  public int count() {
    return (create ? 2 : 3) + fields.size();
  }

  @Override
  public void encode(ByteBuf buffer) {
    write(buffer, stream);
    if (!create) {
      write(buffer, ONLY_IF_THERE);
    }
    write(buffer, ANY_ID);
    for (Object each : fields) {
      if (each instanceof byte[] bytes) {
        write(buffer, bytes);
      } else {
        write(buffer, (String) each);
      }
    }
  }

  private static void write(ByteBuf buffer, String text) {
    begin(buffer, ByteBufUtil.utf8Bytes(text));
    ByteBufUtil.writeUtf8(buffer, text);
    end(buffer);
  }

  private static void write(ByteBuf buffer, byte[] bytes) {
    begin(buffer, bytes.length);
    buffer.writeBytes(bytes);
    end(buffer);
  }

  /**
   * A <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/#bulk-strings">bulk
   * string</a> of that length.
   */
  private static void begin(ByteBuf buffer, int length) {
    buffer.writeByte('$');
    writeDigits(buffer, length);
    end(buffer);
  }

  private static void writeDigits(ByteBuf buffer, int number) {
    if (number >= 10) {
      writeDigits(buffer, number / 10);
    }
    buffer.writeByte('0' + number % 10);
  }

  private static void end(ByteBuf buffer) {
    buffer.writeByte('\r').writeByte('\n');
  }

  @Override
  public String toString() {
    return "EntryArguments["
        + stream
        + ", "
        + fields.size() / 2
        + " fields]"; // no contents in logs
  }
}
