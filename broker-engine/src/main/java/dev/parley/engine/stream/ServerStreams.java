package dev.parley.engine.stream;

import dev.parley.engine.publish.ReplyReader;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/** The streams a server sends. Any thread may call it. */
public final class ServerStreams {

  private final StreamParts parts;
  private final ServerInbox inbox;
  private final ReplyReader replies;
  private final ErrorReplies errors;

  /** With what all streams of a broker share. */
  public ServerStreams(StreamParts parts, ReplyReader replies, ErrorReplies errors) {
    this.parts = parts;
    this.inbox = new ServerInbox(parts.transport());
    this.replies = replies;
    this.errors = errors;
  }

  /** Whether a handler's result is many replies. */
  public static boolean isStream(Object result) {
    return result instanceof BaseStream<?, ?>
        || result instanceof Iterator<?>
        || result instanceof Flow.Publisher<?>;
  }

  /** Whether the sender of a request takes part in a stream: it grants, and hears signs. */
  public static boolean isCredited(WireMessage request) {
    Signal signal = Signal.parse(request.header(WireHeaders.SIGNAL));
    return signal != null && signal.kind() == Signal.Kind.CREDIT;
  }

  /** Ends a result that nobody waits for. */
  public static void discard(Object result) {
    Production.discard(result);
  }

  /**
   * A stream that answers a request; nothing is sent or heard yet.
   *
   * @param takesItems whether the handler takes items of the caller
   * @param reports what the caller is told of an error
   */
  public ServerStream open(
      Delivery request,
      Address replyTo,
      long deadlineNanos,
      boolean takesItems,
      Function<Throwable, ErrorReport> reports,
      ServerStream.Owner owner) {
    return new ServerStream(
        parts, inbox, request, replyTo, deadlineNanos, takesItems, reports, errors, owner);
  }

  /**
   * The frame whose confirmation lets a stream start; fails when there is no private address within
   * {@code publish.timeout}.
   */
  public CompletionStage<Outgoing> firstFrame(ServerStream stream) {
    return inbox
        .address()
        .thenApply(stream::firstFrame)
        .orTimeout(parts.publishTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The caller's items in the form a handler's parameter has. */
  public Object items(ServerStream stream, Class<?> form, Type type) {
    Inbound items = stream.items();
    if (items == null) {
      throw new IllegalStateException("the stream was opened without items of the caller");
    }
    String from = "the caller";
    ItemReader<Object> reader = frame -> replies.read(frame, type, from, null).value();
    if (form == Flow.Publisher.class) {
      return new ItemPublisher<>(items, reader, parts.threads()::callBack, from);
    }
    ItemIterator<Object> iterator = new ItemIterator<>(items, reader, from);
    return form == Stream.class ? iterator.stream() : iterator;
  }

  /** How many have begun and not ended. */
  int open() {
    return inbox.streams();
  }

  /** Gives the private address up. */
  public void close() {
    inbox.close();
  }
}
