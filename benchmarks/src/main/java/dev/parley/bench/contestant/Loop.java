package dev.parley.bench.contestant;

/** A thread that does one thing again and again until it is closed, which waits for its end. */
final class Loop implements AutoCloseable {
  private static final long LIMIT_MILLIS = 5_000;

  private final Thread thread;
  private volatile boolean closed;

  private Loop(String name, Step step) {
    this.thread = new Thread(() -> run(step), name);
    thread.setDaemon(true);
  }

  /** What it does; a failure ends the process, because a measurement without it is worthless. */
  interface Step {
    void run() throws Exception;
  }

  static Loop start(String name, Step step) {
    Loop loop = new Loop(name, step);
    loop.thread.start();
    return loop;
  }

  @SuppressWarnings("SystemOut") // the last words of the process
  private void run(Step step) {
    try {
      while (!closed) {
        step.run();
      }
    } catch (Exception e) {
      if (!closed) {
        e.printStackTrace();
        Runtime.getRuntime().halt(1);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(LIMIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
