package dev.parley.conformance.brokers;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits until a server that is starting answers, or has died, or takes too long. */
final class Readiness {
  static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(150);

  private Readiness() {}

  /** Lets time pass; true when the server ended meanwhile, so that waiting is pointless. */
  interface Pause {
    /** For servers whose process cannot be seen from here. */
    Pause BLIND =
        length -> {
          TimeUnit.NANOSECONDS.sleep(length.toNanos());
          return false;
        };

    static Pause watching(Process process) {
      return length -> process.waitFor(length.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean endedWithin(Duration length) throws InterruptedException;
  }

  /** Asks a server who it is; fails as long as it does not answer. */
  interface Handshake<S> {
    S attempt() throws IOException;
  }

  /** Returns as soon as a handshake succeeds; {@code log} gives the server's last words. */
  static <S> S await(Handshake<S> handshake, Pause pause, Supplier<String> log) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        return handshake.attempt();
      } catch (IOException notYet) {
        if (ended(pause)) {
          throw new RealBrokerException("The server ended while it started.\n" + log.get());
        }
        if (System.nanoTime() - deadline > 0) {
          throw new RealBrokerException(
              "The server did not answer within %s: %s\n%s"
                  .formatted(LIMIT, notYet.getMessage(), log.get()),
              notYet);
        }
      }
    }
  }

  private static boolean ended(Pause pause) {
    try {
      return pause.endedWithin(PAUSE);
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("waiting for a server to start", e);
    }
  }
}
