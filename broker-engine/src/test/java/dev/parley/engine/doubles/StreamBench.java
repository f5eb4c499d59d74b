package dev.parley.engine.doubles;

import dev.parley.engine.codec.CodecLimits;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.publish.ReplyReader;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.stream.StreamParts;
import dev.parley.engine.wire.ErrorRegistry;
import dev.parley.engine.wire.ErrorReplies;
import java.time.Duration;
import java.util.List;

/** What streams are made of, on a recording transport of their own and with the system's time. */
public final class StreamBench implements AutoCloseable {

  public final RecordingTransport transport = new RecordingTransport();
  public final CounterBoard counters = new CounterBoard();
  public final EngineThreads threads = EngineThreads.named("streams");
  public final TimerWheel timer;
  public final ErrorReplies errors = new ErrorReplies(new ErrorRegistry());
  public final ReplyReader replies;
  public final StreamParts parts;

  public StreamBench() {
    this(Duration.ofSeconds(3));
  }

  /** With a sign of life that often. */
  public StreamBench(Duration heartbeat) {
    this.timer = TimerWheel.start("streams-timer", StreamBench::daemon);
    Codecs codecs = Codecs.of(List.of(), new CodecLimits(50));
    this.replies = new ReplyReader(codecs, errors, 1_000_000);
    this.parts = parts(transport, codecs, heartbeat);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private StreamParts parts(RecordingTransport on, Codecs codecs, Duration heartbeat) {
    return new StreamParts(
        "server-1",
        on,
        codecs,
        timer,
        threads,
        counters,
        new Ids(),
        Duration.ofSeconds(30),
        1_000_000,
        256,
        Duration.ofSeconds(30),
        heartbeat);
  }

  @Override
  public void close() {
    timer.close();
    threads.close(Duration.ofSeconds(5));
  }
}
