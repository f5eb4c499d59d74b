package dev.parley.engine.doubles;

import dev.parley.Counter;
import dev.parley.PublishInterceptor;
import dev.parley.engine.codec.CodecLimits;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.publish.PublishParts;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.publish.ReplyReader;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.ForeignOptions;
import dev.parley.engine.runtime.Gate;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.ManualTime;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.wire.ErrorRegistry;
import dev.parley.engine.wire.ErrorReplies;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A publisher on a recording transport. */
public final class PublishBench implements AutoCloseable {

  public final RecordingTransport transport;
  public final ManualTime time = new ManualTime();
  public final CounterBoard counters = new CounterBoard();
  public final ErrorRegistry errors = new ErrorRegistry();
  public final EngineThreads threads = EngineThreads.named("bench");
  public final Object broker = new Object();
  public final Gate gate = new Gate(broker);
  public final TimerWheel timer;
  public final PublishParts parts;
  public final Publisher publisher;

  /** With time that the test lets pass. */
  public static PublishBench manual(PublishInterceptor... interceptors) {
    return new PublishBench(null, 1_000, interceptors);
  }

  /** With the system's time, as blocking calls need it. */
  public static PublishBench real(PublishInterceptor... interceptors) {
    return new PublishBench(
        TimerWheel.start("bench-timer", task -> daemon(task)), 1_000, interceptors);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  public PublishBench(TimerWheel given, int callLimit, PublishInterceptor... interceptors) {
    this.transport = new RecordingTransport();
    this.timer = given == null ? time.wheel() : given;
    Codecs codecs = Codecs.of(List.of(), new CodecLimits(50));
    this.parts =
        new PublishParts(
            transport,
            codecs,
            new ReplyReader(codecs, new ErrorReplies(errors), 1_000_000),
            timer,
            threads,
            counters,
            new Ids(),
            InstantSource.system(),
            gate,
            new ForeignOptions("double"),
            List.of(interceptors),
            queue -> queue.equals("not-started"),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            "",
            Duration.ofSeconds(3),
            callLimit,
            1_000_000);
    this.publisher = new Publisher(parts);
  }

  public long count(Counter counter) {
    return counters.snapshot(0).get(counter);
  }

  @Override
  public void close() {
    publisher.close();
    timer.close();
    threads.close(Duration.ofSeconds(5));
  }
}
