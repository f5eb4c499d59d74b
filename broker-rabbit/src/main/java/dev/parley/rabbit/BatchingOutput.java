package dev.parley.rabbit;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a connection. The client library flushes after each command; while a batch is
 * open, that only fills a buffer, and the end of the batch writes it all in one go.
 *
 * <p>Any thread writes, and any thread opens and ends batches, of which there may be several at a
 * time; the lock guards everything. It is held during a write to the socket, as any stream's is.
 */
final class BatchingOutput extends OutputStream {

  private static final int LIMIT = 64 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final byte[] buffer = new byte[LIMIT];
  private @Nullable OutputStream target;
  private int used;
  private int batches;
  private long total;
  private volatile long written; // the total, for whoever does not hold the lock

  /** Writes go there from now on. */
  void to(OutputStream socket) {
    lock.lock();
    try {
      target = socket;
    } finally {
      lock.unlock();
    }
  }

  /** Several commands follow; each begin needs its end. */
  void begin() {
    lock.lock();
    try {
      batches++;
    } finally {
      lock.unlock();
    }
  }

  /** What was written goes out now, unless another batch is open. */
  void end() throws IOException {
    lock.lock();
    try {
      batches--;
      flush();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      total += length;
      written = total;
      if (length > LIMIT - used) {
        writeOut();
      }
      if (length > LIMIT) {
        socket().write(bytes, offset, length);
      } else {
        System.arraycopy(bytes, offset, buffer, used, length);
        used += length;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() throws IOException {
    lock.lock();
    try {
      if (batches == 0) {
        writeOut();
        socket().flush();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes were written so far, those that wait for the end of a batch included. */
  long written() {
    return written;
  }

  private void writeOut() throws IOException {
    int length = used;
    used = 0; // whatever happens: half of it may be out
    if (length > 0) {
      socket().write(buffer, 0, length);
    }
  }

  private OutputStream socket() throws IOException {
    OutputStream socket = target;
    if (socket == null) {
      throw new IOException("not connected");
    }
    return socket;
  }
}
