package dev.parley.spi.support;

import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The two settings of the waits between attempts to reach a broker, the same for every transport
 * but for its name. Immutable.
 */
public final class BackOffSettings {

  private final Setting<Duration> min;
  private final Setting<Duration> max;

  /**
   * {@code TRANSPORT.reconnect.min} and {@code TRANSPORT.reconnect.max}.
   *
   * @param what what is attempted, as in "to connect or to consume"
   */
  public BackOffSettings(String transport, String what) {
    this.min =
        Setting.duration(
            transport + ".reconnect.min",
            Duration.ofMillis(100),
            "The longest wait before the first new attempt "
                + what
                + "; it doubles with each attempt, and the wait is random below it.");
    this.max =
        Setting.duration(
            transport + ".reconnect.max",
            Duration.ofSeconds(5),
            "The longest wait between two attempts " + what + ".");
  }

  /** Both, for the list of what can be configured. */
  public List<Setting<?>> all() {
    return List.of(min, max);
  }

  /**
   * Makes a back-off for each owner; throws {@link IllegalArgumentException} when the first is
   * above the second.
   */
  public Supplier<BackOff> read(Settings settings) {
    Duration least = settings.get(min);
    Duration most = settings.get(max);
    if (most.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "%s (%s) must not be less than %s (%s)".formatted(max, most, min, least));
    }
    return () -> new BackOff(least, most);
  }
}
