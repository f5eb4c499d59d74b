package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderGuardTest {

  private static final int HEADERS_FLAG = 1 << 13;

  /** A socket that gives a few bytes at a time, with a time-out now and then. */
  private static final class Slow extends InputStream {

    private final byte[] bytes;
    private final Random random;
    private int at;

    Slow(byte[] bytes, long seed) {
      this.bytes = bytes;
      this.random = new Random(seed);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (random.nextInt(4) == 0) {
        throw new SocketTimeoutException("nothing yet");
      }
      if (at == bytes.length) {
        return -1;
      }
      int count = Math.min(Math.min(length, 1 + random.nextInt(20)), bytes.length - at);
      System.arraycopy(bytes, at, target, offset, count);
      at += count;
      return count;
    }
  }

  private static byte[] frame(int type, byte[] payload) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(type);
    out.writeShort(7);
    out.writeInt(payload.length);
    out.write(payload);
    out.writeByte(0xCE);
    return bytes.toByteArray();
  }

  private static byte[] contentHeader(byte[] table) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(60);
    out.writeShort(0);
    out.writeLong(5);
    out.writeShort((1 << 15) | (1 << 14) | HEADERS_FLAG);
    out.writeByte(4);
    out.writeBytes("text");
    out.writeByte(0);
    out.writeInt(table.length);
    out.write(table);
    return bytes.toByteArray();
  }

  /** A header {@code n}: as many lists inside each other, the innermost with one boolean. */
  private static byte[] nested(int levels) throws IOException {
    byte[] value = {'t', 1};
    for (int i = 0; i < levels; i++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte('A');
      out.writeInt(value.length);
      out.write(value);
      value = bytes.toByteArray();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {1, 'n'});
    bytes.write(value);
    return bytes.toByteArray();
  }

  private static byte[] readAll(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[33];
    for (; ; ) {
      try {
        int count = in.read(chunk);
        if (count < 0) {
          return all.toByteArray();
        }
        all.write(chunk, 0, count);
      } catch (SocketTimeoutException e) {
        // as the client library does between frames
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyByteOfOrdinaryTrafficPassesUntouched(long seed) throws IOException {
    Random random = new Random(seed);
    ByteArrayOutputStream traffic = new ByteArrayOutputStream();
    for (int i = 0; i < 50; i++) {
      byte[] body = new byte[random.nextInt(300)];
      random.nextBytes(body);
      traffic.write(frame(1, body));
      traffic.write(frame(2, contentHeader(nested(random.nextInt(HeaderGuard.MAX_DEPTH)))));
      traffic.write(frame(3, body));
    }
    byte[] sent = traffic.toByteArray();
    assertThat(readAll(new HeaderGuard(new Slow(sent, seed)))).isEqualTo(sent);
  }

  @Test
  void whatIsNestedTooDeepBecomesBytesAndTheRestStays() throws IOException {
    byte[] sent = frame(2, contentHeader(nested(HeaderGuard.MAX_DEPTH + 10)));
    byte[] received = readAll(new HeaderGuard(new ByteArrayInputStream(sent)));
    List<Integer> different = new ArrayList<>();
    for (int i = 0; i < sent.length; i++) {
      if (sent[i] != received[i]) {
        different.add(i);
      }
    }
    assertThat(received).hasSameSizeAs(sent);
    assertThat(different).hasSize(1);
    assertThat(sent[different.get(0)]).isEqualTo((byte) 'A');
    assertThat(received[different.get(0)]).isEqualTo((byte) 'x');
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void rubbishInAHeaderFrameIsPassedOnWithoutAnError(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] payload = new byte[random.nextInt(80)];
      random.nextBytes(payload);
      if (payload.length > 13) {
        payload[12] = (byte) (HEADERS_FLAG >> 8);
      }
      byte[] received = readAll(new HeaderGuard(new ByteArrayInputStream(frame(2, payload))));
      assertThat(received).hasSize(payload.length + 8);
    }
  }

  @Test
  void aStreamThatStopsInsideAFrameTimesOutInTheEnd() throws IOException {
    byte[] start = {3, 0, 1, 0, 0, 0, 100};
    InputStream stalled =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            if (at == start.length) {
              throw new SocketTimeoutException("nothing");
            }
            target[offset] = start[at++];
            return 1;
          }
        };
    HeaderGuard guard = new HeaderGuard(stalled);
    assertThat(guard.readNBytes(7)).isEqualTo(start);
    assertThatThrownBy(guard::read).isInstanceOf(SocketTimeoutException.class);
  }
}
