package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What is to become of a delivery.
 *
 * @param outcome the outcome
 * @param delay for {@link Outcome#RETRY}, how long until the next attempt; zero for all others
 * @param attempt for {@link Outcome#RETRY}, the number of the next attempt; zero for all others
 */
public record Settlement(Outcome outcome, Duration delay, int attempt) {

  /** The outcomes of a delivery. */
  public enum Outcome {
    /** It is finished, and gone from the broker. */
    DONE,
    /**
     * It comes again after the delay, with the attempt number given. No thread and no connection
     * waits for that.
     */
    RETRY,
    /** It is handed back as it was, attempt number included, for whoever is ready. */
    RELEASE,
    /**
     * As {@link #DONE}; the outputs hold its dead letter, whose queue the transport declares when
     * it is missing.
     */
    DEAD
  }

  /** It is finished. */
  public static final Settlement DONE = new Settlement(Outcome.DONE, Duration.ZERO, 0);

  /** It is handed back untouched. */
  public static final Settlement RELEASE = new Settlement(Outcome.RELEASE, Duration.ZERO, 0);

  /** It is finished, its dead letter among the outputs. */
  public static final Settlement DEAD = new Settlement(Outcome.DEAD, Duration.ZERO, 0);

  public Settlement {
    requireNonNull(outcome, "outcome");
    requireNonNull(delay, "delay");
  }

  /** It comes again after the delay as that attempt. */
  public static Settlement retry(Duration delay, int attempt) {
    return new Settlement(Outcome.RETRY, delay, attempt);
  }
}
