package dev.parley.engine.handle;

import dev.parley.Health;
import dev.parley.SubscriptionState;
import dev.parley.spi.DeliveryListener;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one subscription is doing, as the transport tells it. Any thread may call it; guarded by its
 * monitor.
 */
final class SubscriptionStatus {

  private static final Logger log = LoggerFactory.getLogger(SubscriptionStatus.class);

  private final HandlerSpec spec;
  private SubscriptionState state = SubscriptionState.REGISTERED; // guarded by this, as all below
  private Instant since = Instant.now();
  private @Nullable String lastError;

  SubscriptionStatus(HandlerSpec spec) {
    this.spec = spec;
  }

  synchronized SubscriptionState state() {
    return state;
  }

  /** Its part of the health, with that many deliveries unsettled. */
  synchronized Health.Subscription health(int unsettled) {
    return new Health.Subscription(spec.name(), state, since, unsettled, lastError);
  }

  /** It does something else now; says what it did before. */
  synchronized SubscriptionState enter(SubscriptionState next, @Nullable Throwable error) {
    SubscriptionState before = state;
    if (next != state) {
      state = next;
      since = Instant.now();
    }
    if (error != null) {
      lastError = String.valueOf(error.getMessage());
    }
    return before;
  }

  /** The transport tells what it does. */
  void changed(DeliveryListener.State changed, @Nullable Throwable error) {
    SubscriptionState before =
        enter(
            switch (changed) {
              case STARTING -> SubscriptionState.STARTING;
              case CONSUMING -> SubscriptionState.RUNNING;
              case PAUSED -> SubscriptionState.PAUSED;
              case RECOVERING -> SubscriptionState.RECOVERING;
              case STOPPED -> SubscriptionState.STOPPED;
            },
            error);
    if (changed == DeliveryListener.State.CONSUMING && before == SubscriptionState.RECOVERING) {
      log.info("{} is consuming from {} again", spec.where(), spec.source());
    }
    if (changed == DeliveryListener.State.RECOVERING && before != SubscriptionState.RECOVERING) {
      log.warn( // once for each outage, not for each attempt to end it
          "{} has stopped consuming from {} and is being recovered: {}",
          spec.where(),
          spec.source(),
          String.valueOf(error));
    }
  }
}
