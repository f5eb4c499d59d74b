package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.ConnectionState;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.TransportException;
import dev.parley.spi.TransportListener;
import dev.parley.spi.support.DeadlineSweep;
import dev.parley.spi.support.Deadlines;
import dev.parley.spi.support.SendBudget;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message to its outcome: it waits until the connection for publishing is open, is
 * written in its turn, and in any case done by its deadline. Commands are pipelined: none waits for
 * the answer of the one before. When the connection is lost with a reply under way, that is written
 * again, in its place: it may come twice, which does no harm. For any other message the outcome is
 * unknown then.
 *
 * <p>Any thread sends, and one of them at a time writes; nothing blocks. The queues are concurrent,
 * and bounded by {@link SendBudget}.
 */
final class Sender implements LinkKeeper.Work {

  private static final String DEAD_SUFFIX = ".dead";

  private final LinkKeeper keeper;
  private final Scheduler scheduler;
  private final SendBudget budget;
  private final Publications publications;
  private final Duration heartbeat;
  private final TransportListener listener;
  private final Fullness fullness;
  private final DeadlineSweep<PendingSend> deadlines;
  private final Deque<PendingSend> waiting = new ConcurrentLinkedDeque<>();

  /** What was written in vain, by its number: it comes before what waits. */
  private final ConcurrentNavigableMap<Long, PendingSend> again = new ConcurrentSkipListMap<>();

  private final Deque<PendingSend> written = new ConcurrentLinkedDeque<>();
  private final AtomicInteger drains = new AtomicInteger();
  private long numbers; // the draining thread alone
  private final CompletableFuture<Void> connected = new CompletableFuture<>();
  private volatile String whyDown = "not connected yet";
  private volatile boolean closed;

  Sender(Links links, RedisSettings settings, Scheduler scheduler, TransportListener listener) {
    this.keeper =
        new LinkKeeper(
            lost -> Fitness.checked(links.open(null, lost), links), scheduler, settings, this);
    this.scheduler = scheduler;
    this.budget = settings.sendBudget().get();
    this.publications = new Publications(settings.replyCreate(), links.isCluster());
    this.heartbeat = settings.heartbeat();
    this.listener = listener;
    this.fullness = new Fullness(keeper, scheduler, listener);
    this.deadlines =
        new DeadlineSweep<>(scheduler, this::takeOverdue, send -> send.expire(whyDown));
  }

  /** It is wanted; completes once it was open for the first time. */
  CompletionStage<Void> start() {
    keeper.start();
    return connected;
  }

  /** Sends a message, see {@link dev.parley.spi.Transport#send}. */
  void send(Outgoing out, SendListener told) {
    send(out, false, told);
  }

  /** Sends what comes before a settlement; the stream for dead letters is made when missing. */
  void sendOutput(Outgoing out, String source, boolean dead, SendListener told) {
    boolean letter =
        dead
            && out.to().kind() == Address.Kind.QUEUE
            && out.to().name().equals(source + DEAD_SUFFIX);
    send(out, letter, told);
  }

  private void send(Outgoing out, boolean deadLetter, SendListener told) {
    Publication publication;
    try {
      publication = publications.of(out, deadLetter);
    } catch (IllegalArgumentException e) {
      told.completed(unwritable(out.to(), e));
      return;
    }
    if (closed) {
      told.completed(SendResult.refused("the broker was closed", null));
    } else if (!budget.take(publication.size())) {
      told.completed(SendResult.refused("the publish buffer is full: " + budget, null));
    } else {
      keeper.start();
      waiting.add(new PendingSend(out.to(), publication, out.deadlineNanos(), budget, told));
      drain();
      deadlines.add(out.deadlineNanos());
      if (closed) {
        refuseAll(); // which may have looked before the message was there
      }
    }
  }

  /** A reply that can never be written is not tried again and again: it has nowhere to go. */
  private static SendResult unwritable(Address to, IllegalArgumentException why) {
    String reason = "cannot be sent to " + to + ": " + why.getMessage();
    return to.kind() == Address.Kind.REPLY
        ? SendResult.unroutable(reason)
        : SendResult.refused(reason, why);
  }

  /** Writes what waits, unless another thread is at it and will write it too. */
  private void drain() {
    if (drains.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    do {
      Link link = keeper.link();
      while (link != null) {
        PendingSend send = next();
        if (send == null) {
          break;
        }
        write(link, send);
        link = keeper.link();
      }
      seen = drains.addAndGet(-seen);
    } while (seen > 0);
  }

  private @Nullable PendingSend next() {
    Map.Entry<Long, PendingSend> first = again.pollFirstEntry();
    if (first != null) {
      return first.getValue();
    }
    PendingSend send = waiting.poll();
    if (send != null) {
      send.number(++numbers);
    }
    return send;
  }

  /** It waits again, in its place. */
  private void writeAgain(PendingSend send) {
    if (send.undoWrite()) {
      again.put(send.number(), send);
      if (closed) {
        refuseAll();
      }
    }
  }

  private void write(Link link, PendingSend send) {
    if (!send.beginWrite()) {
      return; // expired
    }
    for (PendingSend first = written.peek(); first != null && first.isDone(); ) {
      written.remove(first); // answers come in order, so what is done is in front
      first = written.peek();
    }
    written.add(send);
    CompletionStage<SendResult> answer;
    try {
      answer = send.publication().write(link);
    } catch (UnreachableException e) {
      send.complete(SendResult.refused("not sent to " + send.to() + ": " + e.getMessage(), e));
      return;
    }
    var unused = answer.whenComplete((result, error) -> answered(link, send, result, error));
  }

  private void answered(
      Link link, PendingSend send, @Nullable SendResult result, @Nullable Throwable error) {
    if (error == null && result != null) {
      fullness.over();
      send.complete(result);
    } else if (error != null && RedisErrors.isUnfit(error)) {
      written.remove(send);
      writeAgain(send);
      keeper.fail(link, RedisErrors.unwrap(error));
    } else if (error != null && RedisErrors.isAnswer(error)) {
      refused(send, RedisErrors.unwrap(error));
    } else {
      boolean waits = send.isRepeatable() && keeper.link() == link;
      if (!waits && written.remove(send)) { // else it is known to be lost already, or will be
        lost(send, SendResult.unknown("may have been sent: " + RedisErrors.describe(error), error));
      }
      keeper.fail(link, new IllegalStateException(RedisErrors.describe(error), error));
    }
  }

  /** The connection was lost before the answer came. */
  private void lost(PendingSend send, SendResult unknown) {
    if (send.isRepeatable() && !closed) {
      writeAgain(send);
      drain();
    } else {
      send.complete(unknown);
    }
  }

  private void refused(PendingSend send, Throwable error) {
    boolean reply = send.to().kind() == Address.Kind.REPLY;
    if (reply && RedisErrors.code(error).equals("WRONGTYPE")) {
      send.complete(SendResult.unroutable(send.to() + " is no stream on Redis"));
      return;
    }
    fullness.refused(error);
    send.complete(
        SendResult.refused(
            "Redis refused the message to " + send.to() + ": " + error.getMessage(), error));
  }

  @Override
  public void opening() {
    listener.changed("publish", ConnectionState.CONNECTING, null);
  }

  @Override
  public void up(Link link) {
    fullness.forget();
    listener.changed("publish", ConnectionState.UP, null);
    connected.complete(null);
    Fitness.watch(link, keeper, scheduler, heartbeat);
    drain();
  }

  @Override
  public void down(Throwable why) {
    whyDown = RedisErrors.describe(why);
    listener.changed("publish", ConnectionState.DOWN, why);
    SendResult lost = SendResult.unknown("may have been sent: " + whyDown, why);
    for (PendingSend send = written.poll(); send != null; send = written.poll()) {
      lost(send, lost);
    }
  }

  private void takeOverdue(Deadlines<PendingSend> look) {
    waiting.removeIf(look::isOverdue);
    again.values().removeIf(look::isOverdue);
    written.removeIf(send -> send.isDone() || look.isOverdue(send));
  }

  private void refuseAll() {
    SendResult refused = SendResult.refused("the broker was closed", null);
    for (PendingSend send = waiting.poll(); send != null; send = waiting.poll()) {
      send.complete(refused);
    }
    again.values().forEach(send -> send.complete(refused));
    again.clear();
  }

  /** What waits is refused, what is written is unknown. Idempotent; the stage never fails. */
  CompletionStage<Void> close() {
    closed = true;
    CompletionStage<Void> ended = keeper.close();
    refuseAll();
    SendResult unknown = SendResult.unknown("the broker was closed before it was confirmed", null);
    for (PendingSend send = written.poll(); send != null; send = written.poll()) {
      send.complete(unknown);
    }
    connected.completeExceptionally(new TransportException("the broker was closed", null));
    listener.changed("publish", ConnectionState.CLOSED, null);
    return ended;
  }

  /** How many messages have no outcome yet. */
  int unconfirmed() {
    return budget.messages();
  }
}
