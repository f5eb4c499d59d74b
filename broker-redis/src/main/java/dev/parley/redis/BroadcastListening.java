package dev.parley.redis;

import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.TransportException;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a whole topic from now on, without a group: nothing is pending with Redis, and where
 * it goes on after a lost connection only it knows.
 *
 * <p>Any thread says what is wanted; answers come on Lettuce's threads, due times on the timer. Its
 * fields are guarded by this object's monitor; steps are decided under it and taken without it.
 */
final class BroadcastListening implements Listening, LinkKeeper.Work, RedisDelivery.Owner {

  private static final int MAX_READ = 256;

  private enum Wanted {
    CONSUMING,
    PAUSED,
    STOPPED
  }

  private final String stream;
  private final Parts parts;
  private final ServerClock clock = new ServerClock();
  private final Window window;
  private final BlockingReader reader;
  private final StateTeller teller;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private Wanted wanted = Wanted.CONSUMING;
  private @Nullable Link link;
  private @Nullable String last; // null until the first answer
  private boolean joined;
  private boolean reading;
  private boolean unblocking;
  private int promised; // to the read that is under way
  private boolean closed;
  private Scheduler.Task alarm = () -> {};

  BroadcastListening(ListenRequest request, Parts parts, DeliveryListener listener) {
    this.stream = request.source().name();
    this.parts = parts;
    this.teller = new StateTeller(listener);
    this.window = new Window(request.prefetch(), this, stream, clock, parts.scheduler(), teller);
    this.reader =
        new BlockingReader(
            parts.links(), stream, parts.commands(), parts.settings(), parts.scheduler(), this);
  }

  void start() {
    reader.start();
    every(parts.settings().checkInterval(), this::check);
    every(parts.settings().heartbeat(), this::stillHere);
  }

  @Override
  public void up(Link opened) {
    synchronized (this) {
      link = opened;
    }
    long asked = System.nanoTime();
    CommandLink.script(opened, Script.DECLARE, stream, "")
        .thenApply(
            answer -> {
              clock.sample(answer, asked, System.nanoTime());
              return answer;
            })
        .thenCompose(answer -> here().thenApply(present -> answer))
        .thenAccept(answer -> joined(opened, answer))
        .whenComplete(
            (done, error) -> {
              if (error != null) {
                reader.fail(opened, RedisErrors.unwrap(error));
              }
            });
  }

  private void joined(Link opened, List<Object> answer) {
    synchronized (this) {
      if (link != opened) {
        return;
      }
      joined = true;
      if (last == null) {
        last = CommandLink.text(answer.get(2)); // from now on
      }
      if (wanted == Wanted.CONSUMING) {
        teller.add(State.CONSUMING, null);
      }
    }
    step();
  }

  @Override
  public void down(Throwable why) {
    synchronized (this) {
      link = null;
      joined = false;
      endRead();
      if (wanted == Wanted.CONSUMING) {
        String text = "cannot read topic \"" + stream + "\": " + RedisErrors.describe(why);
        teller.add(State.RECOVERING, new TransportException(text, why));
      }
    }
    step();
  }

  private void every(Duration interval, Runnable action) {
    parts
        .scheduler()
        .schedule(
            interval,
            () -> {
              synchronized (this) {
                if (closed) {
                  return;
                }
              }
              if (parts.commands().isUp()) {
                action.run();
              }
              every(interval, action);
            });
  }

  /** Makes the topic exist again after somebody has deleted it. */
  private void check() {
    long asked = System.nanoTime();
    parts
        .commands()
        .script(Script.DECLARE, stream, "")
        .thenAccept(answer -> clock.sample(answer, asked, System.nanoTime()))
        .whenComplete((done, error) -> {}); // an outage shows in the reader's own connection
  }

  private void stillHere() {
    here().whenComplete((done, error) -> {}); // as above
  }

  private CompletionStage<List<Object>> here() {
    long millis = parts.settings().heartbeat().multipliedBy(3).toMillis();
    return parts
        .commands()
        .script(Script.HERE, Keys.live(stream), millis, "/" + parts.clientName());
  }

  private void step() {
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
    teller.tell();
  }

  private synchronized @Nullable Runnable next() {
    if (wanted != Wanted.CONSUMING) {
      if (reading) {
        return unblock();
      }
      teller.add(wanted == Wanted.PAUSED ? State.PAUSED : State.STOPPED, null);
      return null;
    }
    Link now = link;
    String from = last;
    if (now == null || from == null || !joined) {
      return null;
    }
    List<String> due = window.takeDue();
    if (!due.isEmpty()) {
      return () -> due.forEach(this::fetch);
    }
    if (window.isDue()) {
      return unblock(); // for room
    }
    alarm.cancel();
    Duration wait = window.untilDue();
    if (wait != null) {
      alarm = parts.scheduler().schedule(wait, this::step);
    }
    int room = Math.min(MAX_READ, window.room());
    if (reading || room == 0) {
      return null;
    }
    reading = true;
    promised = room;
    window.reserve(room);
    return () ->
        reader.read(
            now,
            room,
            (redis, blocking) -> StreamReads.after(redis, blocking, stream, from),
            (entries, error) -> read(now, entries, error));
  }

  private @Nullable Runnable unblock() {
    if (!reading || unblocking) {
      return null;
    }
    unblocking = true;
    return reader::unblock;
  }

  private void endRead() {
    window.unreserve(promised);
    promised = 0;
    reading = false;
    unblocking = false;
  }

  private void read(
      Link from, List<StreamMessage<String, byte[]>> entries, @Nullable Throwable error) {
    synchronized (this) {
      if (link != from) {
        return; // lost meanwhile; the next read begins where the last has ended
      }
      endRead();
      if (wanted == Wanted.CONSUMING) {
        entries.forEach(this::accept);
      }
    }
    if (error != null) {
      reader.fail(from, RedisErrors.unwrap(error));
    }
    step();
  }

  private void accept(StreamMessage<String, byte[]> entry) {
    last = entry.getId();
    long now = parts.scheduler().nanoTime();
    Duration age = clock.sinceAtMost(ServerClock.millis(entry.getId()), now);
    Duration delay = Fields.time(entry.getBody(), Fields.DELAY);
    Duration ttl = Fields.time(entry.getBody(), Fields.TTL);
    Duration least = clock.sinceAtLeast(ServerClock.millis(entry.getId()), now);
    Duration wait = delay == null ? Duration.ZERO : delay.minus(least);
    if (wait.compareTo(Duration.ZERO) > 0) {
      window.hold(entry.getId(), wait);
    } else if (ttl == null || age.compareTo(delay == null ? ttl : ttl.plus(delay)) < 0) {
      window.deliver(new Group.Taken(entry.getId(), 1, entry.getBody()), entry, now);
    }
  }

  /** What was delayed is fetched again, if it is still there. */
  private void fetch(String id) {
    parts
        .commands()
        .command(stream, redis -> redis.xrange(stream, Range.create(id, id)))
        .whenComplete(
            (entries, error) -> {
              synchronized (this) {
                window.untake(1);
                if (error == null && wanted == Wanted.CONSUMING) {
                  for (StreamMessage<String, byte[]> entry : entries) {
                    window.deliver(
                        new Group.Taken(id, 1, entry.getBody()),
                        entry,
                        parts.scheduler().nanoTime());
                  }
                } else if (error != null) {
                  window.holdAgain(List.of(id));
                }
              }
              step();
            });
  }

  @Override
  public void send(Outgoing out, boolean dead, SendListener told) {
    parts.sender().sendOutput(out, stream, dead, told);
  }

  @Override
  public void settle(RedisDelivery delivery, Settlement settlement, SettleListener told) {
    window.settled(delivery); // nobody else has it, so there is nothing to tell Redis
    if (settlement.outcome() == Settlement.Outcome.RETRY) {
      window.hold(delivery.id(), settlement.delay());
    }
    told.completed(SettleResult.SETTLED);
    step();
  }

  @Override
  public void pause() {
    want(Wanted.PAUSED);
  }

  @Override
  public void resume() {
    want(Wanted.CONSUMING);
  }

  /** Nothing that comes from now on is delivered, so there is nothing to wait for. */
  @Override
  public CompletionStage<Void> stop() {
    want(Wanted.STOPPED);
    stopped.complete(null);
    return stopped.minimalCompletionStage();
  }

  private void want(Wanted next) {
    synchronized (this) {
      if (wanted == Wanted.STOPPED) {
        return;
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
    want(Wanted.STOPPED);
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      alarm.cancel();
      teller.add(State.STOPPED, null);
    }
    parts.listenings().remove(this);
    window.loseAll();
    teller.tell();
    stopped.complete(null);
    parts.leaves(reader.close());
  }
}
