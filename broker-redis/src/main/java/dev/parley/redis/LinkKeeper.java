package dev.parley.redis;

import dev.parley.spi.Scheduler;
import dev.parley.spi.support.BackOff;
import dev.parley.spi.support.InOrder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection open: opens it when asked first, and again with back-off whenever it is lost
 * or given up, until it is closed.
 *
 * <p>Any thread may call it. Its fields are guarded by this object's monitor; {@link Work} is told
 * without it, in order.
 */
final class LinkKeeper {

  /**
   * After so long, a connection that was up is as good as new, and the next wait is short again.
   */
  private static final Duration STABLE = Duration.ofSeconds(10);

  /** What a connection is for; told one thing at a time, must not block or throw. */
  interface Work {

    /** It is being opened. */
    default void opening() {}

    /** It is open. */
    void up(Link link);

    /** It is lost, or could not be opened; it is tried again. */
    void down(Throwable why);
  }

  private final Function<Consumer<Link>, CompletionStage<Link>> opener;
  private final Scheduler scheduler;
  private final BackOff backOff;
  private final Duration limit;
  private final Work work;
  private final InOrder events = new InOrder();
  private @Nullable Link link;
  private long upNanos;
  private int attempt;
  private boolean started;
  private boolean trying;
  private boolean closed;

  LinkKeeper(
      Function<Consumer<Link>, CompletionStage<Link>> opener,
      Scheduler scheduler,
      RedisSettings settings,
      Work work) {
    this.opener = opener;
    this.scheduler = scheduler;
    this.backOff = settings.backOff().get();
    this.limit = settings.connectTimeout().multipliedBy(2);
    this.work = work;
  }

  /** It is wanted. Idempotent. */
  void start() {
    synchronized (this) {
      if (started || closed) {
        return;
      }
      started = true;
    }
    open();
  }

  private void open() {
    int mine;
    synchronized (this) {
      if (closed || trying || link != null) {
        return;
      }
      trying = true;
      mine = ++attempt;
      events.add(work::opening);
    }
    events.tell();
    CompletableFuture<Link> opening;
    try {
      opening = opener.apply(this::lost).toCompletableFuture();
    } catch (RuntimeException e) { // such as a client that is being shut down
      opening = CompletableFuture.failedFuture(e);
    }
    Scheduler.Task late =
        scheduler.schedule(
            limit,
            () -> opened(mine, null, new IllegalStateException("no connection within " + limit)));
    var unused =
        opening.whenComplete(
            (fresh, error) -> {
              late.cancel();
              opened(mine, fresh, error);
            });
  }

  private void opened(int mine, @Nullable Link fresh, @Nullable Throwable error) {
    boolean wanted;
    synchronized (this) {
      wanted = trying && mine == attempt && !closed;
      if (wanted) {
        trying = false;
        if (fresh != null) {
          link = fresh;
          upNanos = scheduler.nanoTime();
          events.add(() -> work.up(fresh));
        } else {
          tellDown(error == null ? new IllegalStateException("no connection") : error);
        }
      }
    }
    if (!wanted && fresh != null) {
      fresh.close();
    }
    events.tell();
  }

  private void lost(Link which) {
    fail(which, new IllegalStateException("the connection was lost"));
  }

  /** Gives a connection up, because it or its server is of no use. */
  void fail(Link which, Throwable why) {
    boolean current;
    synchronized (this) {
      current = link == which && !closed;
      if (current) {
        link = null;
        if (scheduler.nanoTime() - upNanos > STABLE.toNanos()) {
          backOff.reset();
        }
        tellDown(why);
      }
    }
    if (current) {
      which.close();
      events.tell();
    }
  }

  private void tellDown(Throwable why) {
    events.add(() -> work.down(why));
    scheduler.schedule(backOff.next(), this::open);
  }

  /** The connection; null while there is none. */
  synchronized @Nullable Link link() {
    return link;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Closes it for good; nothing more is told. Idempotent; the stage never fails. */
  CompletionStage<Void> close() {
    Link last;
    synchronized (this) {
      closed = true;
      last = link;
      link = null;
    }
    return last == null ? CompletableFuture.completedStage(null) : last.close();
  }
}
