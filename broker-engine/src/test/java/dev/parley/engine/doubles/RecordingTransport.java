package dev.parley.engine.doubles;

import dev.parley.spi.Address;
import dev.parley.spi.Capability;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.WireMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A transport that keeps what it is given and does what the test says: by default its inbox is
 * ready at once, and it confirms all that is sent, on the sender's thread. Any thread may call it;
 * what it does is set before.
 */
public final class RecordingTransport implements Transport {

  /** One message that was sent, its outcome to be told. */
  public record Sent(Outgoing message, SendListener listener) {

    public void confirm() {
      listener.completed(SendResult.CONFIRMED);
    }

    public void fail(SendResult result) {
      listener.completed(result);
    }

    public String correlationId() {
      return message.message().correlationId();
    }
  }

  /** One subscription. */
  public final class Subscribed implements Listening {
    private final ListenRequest request;
    private final DeliveryListener listener;
    private final List<String> calls = new ArrayList<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private Subscribed(ListenRequest request, DeliveryListener listener) {
      this.request = request;
      this.listener = listener;
    }

    public ListenRequest request() {
      return request;
    }

    public DeliveryListener listener() {
      return listener;
    }

    public synchronized List<String> calls() {
      return List.copyOf(calls);
    }

    private synchronized void called(String method) {
      calls.add(method);
    }

    @Override
    public void pause() {
      called("pause");
      listener.changed(DeliveryListener.State.PAUSED, null);
    }

    @Override
    public void resume() {
      called("resume");
      listener.changed(DeliveryListener.State.CONSUMING, null);
    }

    @Override
    public CompletionStage<Void> stop() {
      called("stop");
      if (stopsAtOnce) {
        stopped.complete(null);
      }
      return stopped;
    }

    @Override
    public void close() {
      called("close");
    }
  }

  public volatile Consumer<Sent> onSend = Sent::confirm;
  public volatile Function<Address, CompletionStage<Presence>> onProbe =
      address -> CompletableFuture.completedFuture(Presence.LIVE);
  public volatile Consumer<InboxListener> onOpenInbox =
      listener -> listener.ready(Address.reply("inbox-1"));
  public volatile Consumer<DeliveryListener> onListen =
      listener -> listener.changed(DeliveryListener.State.CONSUMING, null);
  public volatile boolean stopsAtOnce = true;
  public volatile Runnable onClose = () -> {};
  public volatile Set<Class<?>> nativeTypes = Set.of();

  private final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<Source, Subscribed> subscriptions = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Source> declared = new ConcurrentLinkedQueue<>();
  private volatile InboxListener inbox;
  private volatile boolean closed;
  private volatile boolean inboxClosed;

  /** What was sent, in its order. */
  public List<Sent> sent() {
    return List.copyOf(sent);
  }

  /** Forgets what was sent so far. */
  public void forgetSent() {
    sent.clear();
  }

  /**
   * The one message that was sent, or is about to be: the first request is sent by whoever hears
   * first that there is a reply address.
   */
  public Sent onlySent() {
    Eventually.await().until(() -> !sent.isEmpty());
    List<Sent> all = sent();
    if (all.size() != 1) {
      throw new AssertionError("one message should have been sent, were " + all.size());
    }
    return all.get(0);
  }

  public InboxListener inbox() {
    return inbox;
  }

  public boolean isClosed() {
    return closed;
  }

  public boolean isInboxClosed() {
    return inboxClosed;
  }

  public Subscribed queue(String name) {
    return subscriptions.get(Source.queue(name));
  }

  public Subscribed source(Source source) {
    return subscriptions.get(source);
  }

  /** A plain reply to a request. */
  public void reply(String correlationId, String text) {
    inbox.received(replyOf(correlationId, text, Map.of()));
  }

  public static WireMessage replyOf(
      String correlationId, String text, Map<String, String> headers) {
    return new WireMessage(Wire.bytes(text), "text/plain", "r", correlationId, null, headers);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  public Set<Class<?>> nativeTypes() {
    return nativeTypes;
  }

  @Override
  public CompletionStage<Void> connect() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void send(Outgoing message, SendListener listener) {
    Sent one = new Sent(message, listener);
    sent.add(one);
    onSend.accept(one);
  }

  @Override
  public CompletionStage<Presence> probe(Address address) {
    return onProbe.apply(address);
  }

  @Override
  public CompletionStage<Void> declare(Source source, List<Object> options) {
    declared.add(source);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Listening listen(ListenRequest request, DeliveryListener listener) {
    Subscribed subscribed = new Subscribed(request, listener);
    subscriptions.put(request.source(), subscribed);
    onListen.accept(listener);
    return subscribed;
  }

  @Override
  public Inbox openInbox(InboxListener listener) {
    inbox = listener;
    onOpenInbox.accept(listener);
    return () -> inboxClosed = true;
  }

  @Override
  public void close() {
    closed = true;
    onClose.run();
  }
}
