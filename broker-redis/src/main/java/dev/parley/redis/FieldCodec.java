package dev.parley.redis;

import dev.parley.spi.WireHeaders;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.ToByteBufEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Keys and names of fields as UTF-8, values as they are: written into the buffer they are sent
 * from, and read without a new string for the names that every message has. Immutable; any thread.
 */
final class FieldCodec implements RedisCodec<String, byte[]>, ToByteBufEncoder<String, byte[]> {

  static final FieldCodec INSTANCE = new FieldCodec();

  private static final int SLOTS = 256;
  private static final byte[] NONE = {};

  private final byte[][] knownBytes = new byte[SLOTS][];
  private final String[] known = new String[SLOTS];

  private FieldCodec() {
    List.of(
            Fields.DATA,
            Fields.CONTENT_TYPE,
            Fields.CORRELATION_ID,
            Fields.REPLY_TO,
            Fields.MESSAGE_ID,
            Fields.DELAY,
            Fields.TTL,
            WireHeaders.ATTEMPT,
            WireHeaders.DEADLINE,
            WireHeaders.EPOCH,
            WireHeaders.GROUP,
            WireHeaders.HANDLED_US,
            WireHeaders.INBOX,
            WireHeaders.KEY,
            WireHeaders.METHOD,
            WireHeaders.QUEUED_US,
            WireHeaders.SENT,
            WireHeaders.SEQ,
            WireHeaders.SERVER,
            WireHeaders.SIGNAL,
            WireHeaders.STATUS,
            WireHeaders.TIMEOUT)
        .forEach(this::know);
  }

  private void know(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int slot = slot(ByteBuffer.wrap(bytes));
    known[slot] = name; // of two in one slot the second
    knownBytes[slot] = bytes;
  }

  private static int slot(ByteBuffer bytes) {
    int start = bytes.position();
    int length = bytes.remaining();
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + bytes.get(start + i);
    }
    return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1);
  }

  @Override
  public String decodeKey(ByteBuffer bytes) {
    int slot = slot(bytes);
    byte[] expected = knownBytes[slot];
    if (expected != null && ByteBuffer.wrap(expected).equals(bytes)) {
      return known[slot];
    }
    return new String(decodeValue(bytes), StandardCharsets.UTF_8);
  }

  @Override
  public byte[] decodeValue(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (length == 0) {
      return NONE;
    }
    byte[] value = new byte[length];
    bytes.get(value);
    return value;
  }

  @Override
  public ByteBuffer encodeKey(String key) {
    return ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public ByteBuffer encodeValue(byte[] value) {
    return ByteBuffer.wrap(value);
  }

  @Override
  public void encodeKey(String key, ByteBuf target) {
    ByteBufUtil.writeUtf8(target, key);
  }

  @Override
  public void encodeValue(byte[] value, ByteBuf target) {
    target.writeBytes(value);
  }

  @Override
  public int estimateSize(Object keyOrValue) {
    return keyOrValue instanceof byte[] value
        ? value.length
        : ByteBufUtil.utf8Bytes((String) keyOrValue);
  }

  @Override
  public boolean isEstimateExact() {
    return true;
  }
}
