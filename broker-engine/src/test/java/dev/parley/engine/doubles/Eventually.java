package dev.parley.engine.doubles;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waiting for conditions that hold in a moment, looked at often. */
public final class Eventually {

  private Eventually() {}

  public static ConditionFactory await() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2));
  }
}
