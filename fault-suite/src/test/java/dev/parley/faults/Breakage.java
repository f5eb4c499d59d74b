package dev.parley.faults;

import java.time.Duration;

/**
 * One thing that goes wrong, and how it is put right again. Immutable.
 *
 * @param name what it is called in the table
 * @param traits what is to be expected of it
 * @param strike makes it happen, and returns when it has
 * @param heal puts it right; does nothing where that happens by itself
 */
record Breakage(String name, Traits traits, Act strike, Act heal) {

  /** Something done to what a round runs on. */
  @FunctionalInterface
  interface Act {
    void on(Scene scene) throws Exception;
  }

  /**
   * What is to be expected.
   *
   * @param outage how long it lasts before it is healed, at the least
   * @param noticedWithin after how long health must not say any more that it consumes; zero for a
   *     fault under which consuming may go on
   * @param losesQueue whether what was in the queue may be lost with it
   * @param worker whether another process consumes too
   */
  record Traits(Duration outage, Duration noticedWithin, boolean losesQueue, boolean worker) {

    static final Traits NONE = new Traits(Duration.ofMillis(300), Duration.ZERO, false, false);

    private Traits lasting(Duration changed) {
      return new Traits(changed, noticedWithin, losesQueue, worker);
    }

    private Traits noticed(Duration changed) {
      return new Traits(outage, changed, losesQueue, worker);
    }
  }

  static Breakage of(String name, Act strike, Act heal) {
    return new Breakage(name, Traits.NONE, strike, heal);
  }

  /** One that needs no healing. */
  static Breakage of(String name, Act strike) {
    return of(name, strike, scene -> {});
  }

  /** Lasts that long, and up to twice as long. */
  Breakage lasting(Duration outage) {
    return with(traits.lasting(outage));
  }

  /** Nothing can be consumed while it lasts, and health must say so after that time. */
  Breakage noticedWithin(Duration limit) {
    return with(traits.noticed(limit));
  }

  Breakage losingTheQueue() {
    return with(new Traits(traits.outage(), traits.noticedWithin(), true, traits.worker()));
  }

  Breakage withWorker() {
    return with(new Traits(traits.outage(), traits.noticedWithin(), traits.losesQueue(), true));
  }

  private Breakage with(Traits changed) {
    return new Breakage(name, changed, strike, heal);
  }

  @Override
  public String toString() {
    return name;
  }
}
