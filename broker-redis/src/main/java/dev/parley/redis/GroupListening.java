package dev.parley.redis;

import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SettleListener;
import dev.parley.spi.Settlement;
import dev.parley.spi.TransportException;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer of a group that comes back by itself: one blocking read on a connection of its own, as
 * long as there is room; what is delayed or claimed is taken by the connection for commands.
 *
 * <p>Any thread says what is wanted; answers come on Lettuce's threads, due times on the timer.
 * What is wanted, what is under way and the window are guarded by this object's monitor; steps are
 * decided under it and taken without it.
 */
final class GroupListening implements Listening, LinkKeeper.Work, RedisDelivery.Owner {

  /** What the names of our consumers begin with. */
  static final String CONSUMER = "parley:";

  private static final Logger log = LoggerFactory.getLogger(GroupListening.class);
  private static final AtomicLong COUNT = new AtomicLong();
  private static final int MAX_READ = 256;

  /**
   * Of a backlog as much is read at once as this part of the prefetch, or what there is room for
   * after a moment.
   */
  private static final int PART = 4;

  private static final Duration MOMENT = Duration.ofMillis(2);

  private enum Wanted {
    CONSUMING,
    PAUSED,
    STOPPED,
    CLOSED
  }

  /** What became of waiting for more room. */
  private enum Moment {
    NONE,
    WAITED_FOR,
    OVER
  }

  private final ListenRequest request;
  private final Parts parts;
  private final Group group;
  private final Window window;
  private final BlockingReader reader;
  private final StateTeller teller;
  private final GroupSettler settler;
  private final GroupKeeping keeping;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private Wanted wanted = Wanted.CONSUMING;
  private @Nullable Link link;
  private boolean joined;
  private boolean reading;
  private int promised; // to the read that is under way
  private boolean backlog; // the last read brought all it had asked for
  private Moment moment = Moment.NONE;
  private boolean unblocking;
  private Scheduler.Task alarm = () -> {};

  GroupListening(ListenRequest request, Parts parts, DeliveryListener listener) {
    this.request = request;
    this.parts = parts;
    String stream = request.source().name();
    String name = request.source().group() == null ? stream : request.source().group();
    String consumer = CONSUMER + parts.clientName() + ":" + COUNT.incrementAndGet();
    this.group = new Group(stream, name, consumer, parts.commands(), parts.settings());
    this.teller = new StateTeller(listener);
    this.window =
        new Window(request.prefetch(), this, stream, group.clock(), parts.scheduler(), teller);
    this.reader =
        new BlockingReader(
            parts.links(), stream, parts.commands(), parts.settings(), parts.scheduler(), this);
    this.settler = new GroupSettler(group, window, parts.scheduler(), this::step);
    this.keeping = new GroupKeeping(request.source(), group, window, parts, this);
  }

  void start() {
    reader.start();
    keeping.start();
  }

  @Override
  public void up(Link opened) {
    synchronized (this) {
      link = opened;
    }
    group
        .declare(opened)
        .thenCompose(declared -> group.here())
        .thenCompose(present -> group.readClock()) // the first answer was slow: a new script
        .thenCompose(read -> group.own())
        .thenAccept(own -> joined(opened, own))
        .whenComplete(
            (done, error) -> {
              if (error != null) {
                reader.fail(opened, RedisErrors.unwrap(error));
              }
            });
  }

  private void joined(Link opened, Map<String, Duration> own) {
    synchronized (this) {
      if (link != opened) {
        return;
      }
      joined = true;
      window.holdUnknown(own); // what was read into a connection that was lost
      if (wanted == Wanted.CONSUMING) {
        teller.add(State.CONSUMING, null);
      }
    }
    teller.tell();
    keeping.lookNow();
    step();
  }

  @Override
  public void down(Throwable why) {
    String text = "cannot consume from " + request.source() + ": " + RedisErrors.describe(why);
    synchronized (this) {
      link = null;
      joined = false;
      endRead();
      if (wanted == Wanted.CONSUMING) {
        teller.add(State.RECOVERING, new TransportException(text, why));
      }
    }
    log.debug("{}", text);
    teller.tell();
    step();
  }

  /** Stream or group are not what they were: begin anew. */
  void fail(Throwable why) {
    Link now;
    synchronized (this) {
      now = joined ? link : null;
    }
    if (now != null) {
      window.loseAll();
      reader.fail(now, why);
    }
  }

  /** Does what is to be done next, until there is nothing. */
  void step() {
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
    teller.tell();
  }

  private synchronized @Nullable Runnable next() {
    if (wanted != Wanted.CONSUMING) {
      return resting();
    }
    Link now = link;
    if (now == null || !joined) {
      return null;
    }
    List<String> due = window.takeDue();
    if (!due.isEmpty()) {
      return () -> take(due);
    }
    if (window.isDue()) {
      return reading && !unblocking ? unblock() : null;
    }
    setAlarm();
    int room = Math.min(MAX_READ, window.room());
    if (reading || room == 0 || waitsForMore(room)) {
      return null;
    }
    moment = Moment.NONE;
    reading = true;
    promised = room;
    window.reserve(room);
    return () -> reader.read(now, room, group::read, (entries, error) -> read(now, entries, error));
  }

  /** A read for every message that is settled would cost Redis more than the messages do. */
  private boolean waitsForMore(int room) {
    if (!backlog || moment == Moment.OVER || room >= request.prefetch() / PART) {
      return false;
    }
    if (moment == Moment.NONE) {
      moment = Moment.WAITED_FOR;
      parts.scheduler().schedule(MOMENT, this::momentOver);
    }
    return true;
  }

  private void momentOver() {
    synchronized (this) {
      if (moment == Moment.WAITED_FOR) {
        moment = Moment.OVER;
      }
    }
    step();
  }

  private void endRead() {
    window.unreserve(promised);
    promised = 0;
    reading = false;
    unblocking = false;
  }

  /** Paused or stopped: reads no more, and says so once the last read has answered. */
  private @Nullable Runnable resting() {
    if (reading) {
      return unblocking ? null : unblock();
    }
    if (window.isTaking()) {
      return null;
    }
    if (wanted == Wanted.PAUSED) {
      teller.add(State.PAUSED, null);
      return null;
    }
    Map<String, Long> held = window.takeHeld();
    if (!held.isEmpty()) {
      return () -> held.forEach(settler::handBack);
    }
    teller.add(State.STOPPED, null);
    stopped.complete(null);
    return null;
  }

  private Runnable unblock() {
    unblocking = true;
    return reader::unblock;
  }

  private void setAlarm() {
    alarm.cancel();
    Duration wait = window.untilDue();
    if (wait != null) {
      alarm = parts.scheduler().schedule(wait, this::step);
    }
  }

  private void read(
      Link from, List<StreamMessage<String, byte[]>> entries, @Nullable Throwable error) {
    synchronized (this) {
      if (link != from) {
        return; // lost meanwhile; what it brought is found among our own
      }
      backlog = entries.size() == promised;
      endRead();
      boolean deliver = wanted == Wanted.CONSUMING;
      for (StreamMessage<String, byte[]> entry : entries) {
        Group.Taken taken = new Group.Taken(entry.getId(), 1, entry.getBody());
        settler.accept(taken, entry, deliver);
      }
    }
    if (error != null) {
      reader.fail(from, RedisErrors.unwrap(error));
    }
    step();
  }

  synchronized boolean isJoined() {
    return joined;
  }

  synchronized boolean isConsuming() {
    return joined && wanted == Wanted.CONSUMING;
  }

  List<String> takeAcknowledged() {
    return settler.takeAcknowledged();
  }

  private void take(List<String> ids) {
    group
        .take(ids)
        .whenComplete(
            (entries, error) -> {
              synchronized (this) {
                window.untake(ids.size());
                if (error != null) {
                  window.holdAgain(ids);
                } else {
                  boolean deliver = wanted == Wanted.CONSUMING;
                  entries.forEach(entry -> settler.accept(entry, null, deliver));
                }
              }
              step();
            });
  }

  @Override
  public void send(Outgoing out, boolean dead, SendListener told) {
    parts.sender().sendOutput(out, request.source().name(), dead, told);
  }

  @Override
  public void settle(RedisDelivery delivery, Settlement settlement, SettleListener told) {
    settler.settle(delivery, settlement, told);
  }

  @Override
  public void pause() {
    want(Wanted.PAUSED);
  }

  @Override
  public void resume() {
    want(Wanted.CONSUMING);
  }

  @Override
  public CompletionStage<Void> stop() {
    want(Wanted.STOPPED);
    return stopped.minimalCompletionStage();
  }

  private void want(Wanted next) {
    synchronized (this) {
      if (wanted.compareTo(Wanted.STOPPED) >= 0 && next.compareTo(wanted) <= 0) {
        return; // stopping is for good
      }
      wanted = next;
      if (next == Wanted.CONSUMING && joined) {
        teller.add(State.CONSUMING, null);
      }
    }
    step();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (wanted == Wanted.CLOSED) {
        return;
      }
      wanted = Wanted.CLOSED;
      alarm.cancel();
      teller.add(State.STOPPED, null);
    }
    parts.listenings().remove(this);
    keeping.stop();
    window.takeHeld().forEach(settler::handBack);
    window.loseAll();
    teller.tell();
    stopped.complete(null);
    CompletionStage<Void> left =
        reader.close().thenCompose(ended -> parts.commands().isUp() ? group.leave() : ended());
    parts.leaves(
        left.handle(
            (done, error) -> {
              if (error != null) {
                log.debug("Leaving {} failed; others claim what is left", group, error);
              }
              return null;
            }));
  }

  private static CompletionStage<Void> ended() {
    return CompletableFuture.completedStage(null);
  }
}
