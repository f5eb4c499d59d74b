package dev.parley.bench.contestant;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * One way to use one broker. Both sides in one object, each with connections of its own; a process
 * may use one side only.
 *
 * <p>Methods that open something are called by one thread; what they return is used by many.
 */
public interface Contestant extends AutoCloseable {

  /** The client side of calls. Thread-safe. */
  interface Caller {

    /** Sends a request and waits for its reply. */
    Object call(Object request) throws Exception;

    /** Sends a request without waiting. */
    CompletableFuture<?> callAsync(Object request);
  }

  /** Publishes persistent messages. Thread-safe. */
  interface Sender {

    /** Completes when the broker has confirmed. */
    CompletableFuture<?> publish(byte[] body);
  }

  /** The client side of streamed replies. */
  interface Items {

    /** Asks for that many items and waits for all of them. */
    void take(int count) throws Exception;
  }

  /** Makes a queue exist. */
  void declare(String queue) throws Exception;

  /** Handles requests until it is closed. */
  void serve(String queue, Work work) throws Exception;

  /** Connects the client side of calls. */
  Caller caller(String queue, Work work) throws Exception;

  /** Connects a publisher; not asked of those that the plan has for calls only. */
  default Sender sender(String queue) throws Exception {
    throw new UnsupportedOperationException("makes calls only");
  }

  /**
   * Consumes and acknowledges until it is closed; {@code handled} runs for each message. Not asked
   * of those that the plan has for calls only.
   */
  default void consume(String queue, Runnable handled) throws Exception {
    throw new UnsupportedOperationException("makes calls only");
  }

  /**
   * Replies with as many items as a request asks for, until it is closed; not asked where there are
   * no streams.
   */
  default void serveItems(String queue) throws Exception {
    throw new UnsupportedOperationException("has no streams");
  }

  /** Connects the client side of streamed replies. */
  default Items items(String queue) throws Exception {
    throw new UnsupportedOperationException("has no streams");
  }

  /** Ends both sides. */
  @Override
  void close() throws IOException;
}
