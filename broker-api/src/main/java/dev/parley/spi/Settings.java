package dev.parley.spi;

/**
 * The values of settings, all read and checked before anything else happens. Any thread may call
 * it.
 */
@FunctionalInterface
public interface Settings {

  /** The value of a setting, its default where nothing is configured. */
  <T> T get(Setting<T> setting);
}
