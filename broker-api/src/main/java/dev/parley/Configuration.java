package dev.parley;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Settings by key, with where each one comes from. Immutable.
 *
 * <p>Sources, later ones win: {@code parley.properties} and {@code parley.yaml} on the class path,
 * the same in the working directory, the environment ({@code PARLEY_BROKER_URL} is {@code
 * broker.url}), system properties, the command line ({@code --broker.url=...}).
 */
public final class Configuration {

  /**
   * One setting.
   *
   * @param value its text
   * @param source where it comes from, for error messages
   */
  public record Entry(String value, String source) {}

  private final Map<String, Entry> entries;

  private Configuration(Map<String, Entry> entries) {
    this.entries = Collections.unmodifiableMap(new TreeMap<>(entries));
  }

  /**
   * Reads all sources, with the arguments of {@code main}; throws {@link ConfigurationException}
   * when one cannot be read.
   */
  public static Configuration load(String... arguments) {
    return BrokerProvider.find().load(Arrays.asList(arguments));
  }

  /** These settings and no others. */
  public static Configuration of(Map<String, String> values) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    values.forEach((key, value) -> entries.put(key, new Entry(value, "the program")));
    return new Configuration(entries);
  }

  /** These settings with their sources; made by the engine. */
  public static Configuration ofEntries(Map<String, Entry> entries) {
    return new Configuration(entries);
  }

  /** This configuration with one setting on top. */
  public Configuration with(String key, String value) {
    Map<String, Entry> more = new LinkedHashMap<>(entries);
    more.put(key, new Entry(value, "the program"));
    return new Configuration(more);
  }

  /** The value of a setting. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** All settings; unmodifiable. Values may be secret. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** The keys; values may be secret and are not shown. */
  @Override
  public String toString() {
    return "Configuration" + entries.keySet();
  }
}
