package dev.parley.engine.stream;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.ErrorCode;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.publish.ReplyReader;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.spi.WireHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The streams a client takes. Any thread may call it. */
public final class ClientStreams {

  private final StreamParts parts;
  private final Publisher publisher;
  private final ReplyReader replies;
  private final ErrorReplies errors;

  /** With what all streams of a broker share. */
  public ClientStreams(
      StreamParts parts, Publisher publisher, ReplyReader replies, ErrorReplies errors) {
    this.parts = parts;
    this.publisher = publisher;
    this.replies = replies;
    this.errors = errors;
  }

  /** Calls, and gives the items to whoever waits for them; closing ends the call. */
  public <R> Stream<R> stream(
      @Nullable Object message, CallOptions<R> options, Map<String, String> ours) {
    return items(message, options, ours).stream();
  }

  /** As {@link #stream}, ended by reading to the end, or by giving it up. */
  public <R> Iterator<R> iterator(
      @Nullable Object message, CallOptions<R> options, Map<String, String> ours) {
    return items(message, options, ours);
  }

  private <R> ItemIterator<R> items(
      @Nullable Object message, CallOptions<R> options, Map<String, String> ours) {
    ClientStream stream = open(message, options, ours);
    ItemIterator<R> items = new ItemIterator<>(stream.items(), reader(options), from(options));
    stream.readBy(items);
    return items;
  }

  /** Calls at each subscription. */
  public <R> Flow.Publisher<R> publisher(
      @Nullable Object message, CallOptions<R> options, Map<String, String> ours) {
    return subscriber -> subscribe(subscriber, message, options, ours);
  }

  private <R> void subscribe(
      Flow.Subscriber<? super R> subscriber,
      @Nullable Object message,
      CallOptions<R> options,
      Map<String, String> ours) {
    ItemSubscription<R> subscription =
        new ItemSubscription<>(
            subscriber, reader(options), parts.threads()::callBack, from(options));
    subscriber.onSubscribe(subscription);
    try {
      subscription.attach(open(message, options, ours).items());
    } catch (RuntimeException e) {
      subscription.fail(e);
    }
  }

  private ClientStream open(
      @Nullable Object message, CallOptions<?> options, Map<String, String> ours) {
    int credit = options.credit().orElse(parts.credit());
    Duration idle = options.idleTimeout().orElse(parts.idleTimeout());
    ClientStream stream =
        new ClientStream(
            parts, errors, from(options), credit, idle, options.sending().orElse(null));
    Map<String, String> headers = new HashMap<>(ours);
    headers.put(WireHeaders.SIGNAL, Signal.credit(credit).toString());
    stream.begun(publisher.open(message, options, headers, stream));
    return stream;
  }

  private <R> ItemReader<R> reader(CallOptions<R> options) {
    String from = from(options);
    return frame -> replies.<R>read(frame, options.replyType(), from, null).value();
  }

  private static String from(CallOptions<?> options) {
    return options.publishOptions().toString();
  }

  /** Throws for a call of one reply that would leave the caller's items behind. */
  public static void checkNothingToSend(CallOptions<?> options) {
    if (options.sending().isPresent()) {
      throw new BrokerException(
          ErrorCode.PUBLISH_FAILED,
          "The " + options + " has items to send, which only stream(...) and streamAsync(...) do",
          null);
    }
  }
}
