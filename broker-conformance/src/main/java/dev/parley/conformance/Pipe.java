package dev.parley.conformance;

import dev.parley.conformance.Relay.Passage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The bytes of one connection in one direction of a {@link Relay}. Used by one thread. */
record Pipe(OutputStream out) {

  private static final int CRUMB = 7; // less than the head of a frame of any of the protocols
  private static final int CRUMBS_AT_MOST = 200; // the rest in one, or large frames took minutes
  private static final int SLOW_PIECE = 512;
  private static final Duration SLOW_PAUSE = Duration.ofMillis(25);

  void write(Passage passage, byte[] bytes, int count) throws IOException {
    switch (passage) {
      case OPEN -> out.write(bytes, 0, count);
      case CRUMBS -> crumbs(bytes, count);
      case SLOW -> slowly(bytes, count);
      case SILENT, CLOSED -> {}
    }
  }

  private void crumbs(byte[] bytes, int count) throws IOException {
    int written = 0;
    for (int i = 0; i < CRUMBS_AT_MOST && written < count; i++) {
      int piece = Math.min(CRUMB, count - written);
      out.write(bytes, written, piece);
      out.flush();
      written += piece;
    }
    out.write(bytes, written, count - written);
  }

  private void slowly(byte[] bytes, int count) throws IOException {
    for (int written = 0; written < count; written += SLOW_PIECE) {
      out.write(bytes, written, Math.min(SLOW_PIECE, count - written));
      out.flush();
      LockSupport.parkNanos(SLOW_PAUSE.toNanos());
    }
  }
}
