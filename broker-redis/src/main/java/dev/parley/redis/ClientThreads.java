package dev.parley.redis;

import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of Lettuce for one transport, named and owned like all others. */
final class ClientThreads {

  private static final Logger log = LoggerFactory.getLogger(ClientThreads.class);

  /**
   * One for each four processors, at least one and no more than four: fewer write more at once, and
   * wake each other less often.
   */
  private static final int IO_THREADS =
      Math.min(4, Math.max(1, Runtime.getRuntime().availableProcessors() / 4));

  private static final int OTHER_THREADS = 2; // the fewest that Lettuce takes
  private static final int MOST_FLUSHES = 256;
  private static final Duration END = Duration.ofSeconds(3);

  private final HashedWheelTimer timer;
  private final HostNames names;
  private final ClientResources resources;

  ClientThreads(ThreadFactory threads) {
    this.timer = new HashedWheelTimer(named(threads, "timer"));
    this.names = new HostNames(named(threads, "names"));
    this.resources =
        ClientResources.builder()
            .addressResolverGroup(names)
            .ioThreadPoolSize(IO_THREADS)
            .computationThreadPoolSize(OTHER_THREADS)
            .threadFactoryProvider(pool -> named(threads, pool))
            .timer(timer)
            .nettyCustomizer(new FlushTogether())
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled())
            .build();
  }

  private static ThreadFactory named(ThreadFactory threads, String purpose) {
    return task -> {
      Thread thread = threads.newThread(task);
      thread.setName(thread.getName() + "-" + purpose);
      return thread;
    };
  }

  ClientResources resources() {
    return resources;
  }

  /** What is written while the thread of a connection is busy is flushed together. */
  private static final class FlushTogether implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
      channel.pipeline().addFirst(new FlushConsolidationHandler(MOST_FLUSHES, true));
    }
  }

  /** Ends them all; waits for some seconds. */
  void close() {
    names.close();
    try {
      resources
          .shutdown(0, END.toMillis(), TimeUnit.MILLISECONDS)
          .get(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while closing; threads end by themselves");
    } catch (ExecutionException | TimeoutException e) {
      log.warn("The threads of the Redis client have not ended in {}", END, e);
    } finally {
      timer.stop();
    }
  }
}
