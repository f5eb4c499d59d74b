package dev.parley.engine.stream;

import dev.parley.engine.codec.Encoded;
import dev.parley.spi.SendListener;
import java.util.Map;

/** The way to the other side of a stream. Any thread may call it. */
interface Line {

  /** Puts a frame in; {@link #flush()} is to follow, without a lock. */
  void put(Map<String, String> headers, Encoded body, SendListener listener);

  /** Sends what was put in. */
  void flush();
}
