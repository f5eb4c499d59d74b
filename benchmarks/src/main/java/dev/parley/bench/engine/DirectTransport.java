package dev.parley.bench.engine;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.Address;
import dev.parley.spi.Capability;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A transport that costs nothing, so that what is measured is the engine: it delivers on the thread
 * that says so, and accepts whatever is sent at once.
 */
final class DirectTransport implements Transport {
  private volatile @Nullable DeliveryListener deliveries;

  /** What the engine does with a delivery in the end; called by the thread that settles. */
  interface Settled {
    void settled(List<Outgoing> outputs);
  }

  /** Hands a message to the one subscription. */
  void deliver(WireMessage message, Settled settled) {
    requireNonNull(deliveries, "nobody listens").delivered(new DirectDelivery(message, settled));
  }

  private record DirectDelivery(WireMessage message, Settled whenSettled, long receivedNanos)
      implements Delivery {
    DirectDelivery(WireMessage message, Settled whenSettled) {
      this(message, whenSettled, System.nanoTime());
    }

    @Override
    public @Nullable String key() {
      return null;
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public @Nullable Duration age() {
      return null;
    }

    @Override
    public Object nativeMessage() {
      return message;
    }

    @Override
    public boolean lost() {
      return false;
    }

    @Override
    public void settle(Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
      listener.completed(SettleResult.SETTLED);
      whenSettled.settled(outputs);
    }
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  public Set<Class<?>> nativeTypes() {
    return Set.of();
  }

  @Override
  public CompletionStage<Void> connect() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void send(Outgoing message, SendListener listener) {
    listener.completed(SendResult.CONFIRMED);
  }

  @Override
  public CompletionStage<Presence> probe(Address address) {
    return CompletableFuture.completedFuture(Presence.LIVE);
  }

  @Override
  public CompletionStage<Void> declare(Source source, List<Object> options) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Listening listen(ListenRequest request, DeliveryListener listener) {
    if (request.source().kind() == Source.Kind.QUEUE) {
      deliveries = listener;
    }
    listener.changed(DeliveryListener.State.CONSUMING, null);
    return new Listening() {
      @Override
      public void pause() {}

      @Override
      public void resume() {}

      @Override
      public CompletionStage<Void> stop() {
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Inbox openInbox(InboxListener listener) {
    listener.ready(Address.queue("inbox"));
    return () -> {};
  }

  @Override
  public void close() {}
}
