package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import dev.parley.Reply;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The replies to one request so far.
 *
 * <p>The transport's threads queue what they hear, no more than {@code limit} replies; a thread of
 * ours, one at a time, reads it in that order and completes the future. What is read is touched by
 * that thread only.
 */
final class Gathered<R> implements Frames {

  private final String destination;
  private final Function<WireMessage, Reply<R>> reader;
  private final Predicate<List<Reply<R>>> enough;
  private final int limit;
  private final Executor executor;
  private final Runnable countDiscarded;
  private final CompletableFuture<OpenCall> call = new CompletableFuture<>();
  private final CompletableFuture<List<Reply<R>>> result = new CompletableFuture<>();
  private final Set<String> senders = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Queue<Runnable> heard = new ConcurrentLinkedQueue<>(); // limit + 1 at most
  private final AtomicInteger unread = new AtomicInteger();
  private final List<Reply<R>> replies = new ArrayList<>();

  Gathered(
      String destination,
      Function<WireMessage, Reply<R>> reader,
      Predicate<List<Reply<R>>> enough,
      int limit,
      Executor executor,
      Runnable countDiscarded) {
    this.destination = destination;
    this.reader = reader;
    this.enough = enough;
    this.limit = limit;
    this.executor = executor;
    this.countDiscarded = countDiscarded;
    var unused =
        result.whenComplete(
            (all, error) -> {
              var unusedCall = call.thenAccept(error == null ? OpenCall::end : OpenCall::cancel);
            });
  }

  /** The call, as soon as the thread that opens it has it. */
  void begun(OpenCall opened) {
    call.complete(opened);
  }

  /** What the user waits for; completing it in any way ends the call. */
  CompletableFuture<List<Reply<R>>> result() {
    return result;
  }

  @Override
  public boolean received(WireMessage frame) {
    if (!isReply(frame)) {
      return true;
    }
    if (result.isDone() || !isFirstOfItsSender(frame)) {
      countDiscarded.run();
    } else if (accepted.incrementAndGet() <= limit) {
      hear(() -> add(frame));
    } else {
      countDiscarded.run();
      failed(tooMany());
    }
    return true;
  }

  /** Signs of life and the end of a stream are none. */
  private static boolean isReply(WireMessage frame) {
    return frame.header(WireHeaders.SIGNAL) == null
        && !"END".equals(frame.header(WireHeaders.STATUS));
  }

  /**
   * A message that was delivered twice is replied to twice: by a group, whichever of its instances
   * had it, or by an instance that has a copy of its own.
   */
  private boolean isFirstOfItsSender(WireMessage frame) {
    String server = frame.header(WireHeaders.SERVER);
    if (server == null) {
      String id = frame.messageId(); // of another framework: nothing else is known of its sender
      return id == null || senders.add(id);
    }
    String group = frame.header(WireHeaders.GROUP);
    String sender = group == null ? "instance " + server : "group " + group;
    return senders.add(
        sender
            + " "
            + frame.header(WireHeaders.EPOCH)
            + " "
            + frame.header(WireHeaders.SEQ)); // items of a stream are replies of one sender
  }

  private BrokerException tooMany() {
    return new BrokerException(
        ErrorCode.OVERLOADED,
        "More than "
            + limit
            + " replies came from "
            + destination
            + ", which is the setting call.gather-limit: gather until a count, or raise it",
        null);
  }

  @Override
  public void failed(BrokerException error) {
    hear(() -> end(error));
  }

  private void hear(Runnable event) {
    heard.add(event);
    if (unread.getAndIncrement() == 0) {
      executor.execute(this::read);
    }
  }

  private void read() {
    int seen = unread.get();
    do {
      for (Runnable event = heard.poll(); event != null; event = heard.poll()) {
        event.run();
      }
      seen = unread.addAndGet(-seen);
    } while (seen > 0);
  }

  private void add(WireMessage frame) {
    if (result.isDone()) {
      countDiscarded.run();
      return;
    }
    try {
      replies.add(reader.apply(frame));
      if (enough.test(Collections.unmodifiableList(replies))) {
        complete();
      }
    } catch (RuntimeException | Error e) { // of the user's: nobody else would tell
      result.completeExceptionally(e);
    }
  }

  private void end(BrokerException error) {
    boolean timeIsUp = error.code() == ErrorCode.TIMEOUT;
    boolean unconfirmed = error.code() == ErrorCode.PUBLISH_FAILED && !replies.isEmpty();
    if (timeIsUp || unconfirmed) { // who has replied has had the request
      complete();
    } else {
      result.completeExceptionally(error);
    }
  }

  private void complete() {
    @Nullable OpenCall opened = call.getNow(null);
    if (opened != null) {
      opened.end(); // before whoever waits looks at what is in flight
    }
    result.complete(Collections.unmodifiableList(new ArrayList<>(replies)));
  }
}
