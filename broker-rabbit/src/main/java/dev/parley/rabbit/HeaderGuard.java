package dev.parley.rabbit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/**
 * The way in of a connection: takes the sting out of message headers nested so deep that the client
 * library would give up the connection.
 *
 * <p>RabbitMQ accepts them from anybody who may publish, and would deliver the message again to
 * every new connection, so one such message would stop a whole application for good. Tables and
 * lists below level {@value #MAX_DEPTH} are renamed to byte arrays, in place: on the wire both are
 * a type, a length and the content (AMQP 0-9-1, 4.2.5.5, with RabbitMQ's type {@code x}).
 * Everything else passes untouched, and only the frames of content headers are looked at.
 *
 * <p>Read by one thread, as any input stream.
 */
final class HeaderGuard extends InputStream {

  /** The client library takes 32 levels, counted from the table of all headers. */
  static final int MAX_DEPTH = 24;

  private static final int BUFFER = 64 * 1024;
  private static final int FRAME_START = 7; // type, channel, size
  private static final int CONTENT_HEADER = 2;
  private static final int MAX_TIMEOUTS = 8;
  private static final int MAX_GUARDED = 16 * 1024 * 1024; // far above any frame RabbitMQ sends

  private final InputStream in;
  private byte[] held = new byte[1024];
  private int heldFrom;
  private int heldTo;
  private int collected;
  private long passing;

  HeaderGuard(InputStream in) {
    this.in = new BufferedInputStream(in, BUFFER);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (heldFrom == heldTo && passing == 0 && !nextFrame()) {
      return -1;
    }
    if (heldFrom < heldTo) {
      int count = Math.min(length, heldTo - heldFrom);
      System.arraycopy(held, heldFrom, target, offset, count);
      heldFrom += count;
      return count;
    }
    int count = readPassing(target, offset, (int) Math.min(length, passing));
    passing -= Math.max(0, count);
    return count;
  }

  /**
   * The time-out of the socket is a quarter of a heartbeat, and the client library takes one inside
   * a frame for the end. Between frames it waits for nine of them, and so does this.
   */
  private int readPassing(byte[] target, int offset, int length) throws IOException {
    for (int timeouts = 1; ; timeouts++) {
      try {
        return in.read(target, offset, length);
      } catch (SocketTimeoutException e) {
        if (timeouts > MAX_TIMEOUTS) {
          throw e;
        }
      }
    }
  }

  @Override
  public int available() throws IOException {
    return heldTo - heldFrom + (int) Math.min(passing, in.available());
  }

  /**
   * Reads the start of the next frame, and all of it when it is a content header; false at the end
   * of the stream. A time-out in between loses nothing.
   */
  private boolean nextFrame() throws IOException {
    if (!collect(FRAME_START)) {
      return false;
    }
    int size = Wire.int32(held, 3);
    boolean guarded = held[0] == CONTENT_HEADER && size >= 0 && size <= MAX_GUARDED;
    if (guarded) {
      if (!collect(FRAME_START + size)) {
        return false;
      }
      NestedHeaders.flatten(held, FRAME_START, FRAME_START + size, MAX_DEPTH);
    }
    passing = guarded ? 1 : (size & 0xffffffffL) + 1; // with the octet that ends a frame
    heldFrom = 0;
    heldTo = collected;
    collected = 0;
    return true;
  }

  private boolean collect(int wanted) throws IOException {
    if (held.length < wanted) {
      held = Arrays.copyOf(held, Math.max(wanted, held.length * 2));
    }
    while (collected < wanted) {
      int count = in.read(held, collected, wanted - collected);
      if (count < 0) {
        return false;
      }
      collected += count;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
