package dev.parley.kafka;

import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Listening;
import dev.parley.spi.support.InOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several consumers for one handler: those of a share group, each busy with what it has fetched,
 * and one for their {@link RetryTopic}. It is what all of them are.
 *
 * <p>Any thread calls; the states are guarded by this object's monitor, the listener is called
 * without it, in order.
 */
final class ShareListening implements Listening {

  private final DeliveryListener listener;
  private final List<Listening> all = new ArrayList<>();
  private final InOrder events = new InOrder();
  private Rank[] states = {};
  private Rank told = Rank.STARTING;

  /** From the least to the best. */
  private enum Rank {
    STARTING,
    RECOVERING,
    CONSUMING,
    PAUSED,
    STOPPED
  }

  private ShareListening(DeliveryListener listener) {
    this.listener = listener;
  }

  /** Opens them all. */
  static Listening open(
      DeliveryListener listener, List<Function<DeliveryListener, Listening>> openings) {
    ShareListening share = new ShareListening(listener);
    share.states = new Rank[openings.size()];
    Arrays.fill(share.states, Rank.STARTING);
    for (int i = 0; i < openings.size(); i++) {
      share.all.add(openings.get(i).apply(share.part(i)));
    }
    return share;
  }

  private DeliveryListener part(int index) {
    return new DeliveryListener() {
      @Override
      public void delivered(Delivery delivery) {
        listener.delivered(delivery);
      }

      @Override
      public void changed(State state, @Nullable Throwable error) {
        ShareListening.this.changed(index, Rank.valueOf(state.name()), error);
      }
    };
  }

  /** The least of all, in the order of the states. */
  private void changed(int index, Rank rank, @Nullable Throwable error) {
    synchronized (this) {
      states[index] = rank;
      Rank now = Arrays.stream(states).min(Rank::compareTo).orElse(rank);
      if (now == told || told == Rank.STOPPED) {
        return;
      }
      told = now;
      DeliveryListener.State state = DeliveryListener.State.valueOf(now.name());
      events.add(() -> listener.changed(state, error));
    }
    events.tell();
  }

  @Override
  public void pause() {
    all.forEach(Listening::pause);
  }

  @Override
  public void resume() {
    all.forEach(Listening::resume);
  }

  @Override
  public CompletionStage<Void> stop() {
    return CompletableFuture.allOf(
        all.stream()
            .map(each -> each.stop().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public void close() {
    all.forEach(Listening::close);
  }
}
