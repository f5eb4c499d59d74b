package dev.parley.engine.config;

import dev.parley.Configuration;
import dev.parley.Configuration.Entry;
import dev.parley.ConfigurationException;
import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/**
 * Reads and checks all settings at once, so that a mistake shows before anything connects, and all
 * mistakes show together.
 */
public final class SettingsReader {

  private final Configuration configuration;
  private final Entries entries;
  private final Expander expander;
  private final List<String> problems = new ArrayList<>();

  private SettingsReader(Configuration configuration) {
    this.configuration = configuration;
    this.entries = new Entries(configuration.entries());
    this.expander = Values.expander(configuration);
  }

  /**
   * The values of the known settings.
   *
   * @param known all settings of the engine and the transport; asking the result for any other one
   *     throws {@link IllegalArgumentException}
   * @param ownedPrefixes first words of keys, as {@code broker}: any key below them that is not
   *     known is a mistake
   * @throws ConfigurationException with all mistakes, each with key, value, source and what is
   *     expected; passwords are masked
   */
  public static Settings read(
      Configuration configuration, List<Setting<?>> known, Set<String> ownedPrefixes) {
    SettingsReader reader = new SettingsReader(configuration);
    IdentityHashMap<Setting<?>, Object> values = reader.values(known);
    reader.reportUnknown(known, ownedPrefixes);
    if (!reader.problems.isEmpty()) {
      throw new ConfigurationException(reader.problems);
    }
    return new CheckedSettings(values);
  }

  private IdentityHashMap<Setting<?>, Object> values(List<Setting<?>> known) {
    Set<String> keys = new HashSet<>();
    IdentityHashMap<Setting<?>, Object> values = new IdentityHashMap<>();
    for (Setting<?> setting : known) {
      if (!keys.add(setting.key())) {
        throw new IllegalArgumentException("The setting " + setting + " is declared twice");
      }
      values.put(setting, value(setting));
    }
    return values;
  }

  /** Its value, or its default beside a problem: the rest is checked all the same. */
  private <T> T value(Setting<T> setting) {
    if (setting.isPrefix()) {
      return setting.collect(below(setting));
    }
    Entry entry = entries.find(setting.key());
    if (entry == null) {
      return setting.defaultValue();
    }
    String text = entry.value();
    try {
      text = expander.expandValue(setting.key(), entry);
      return setting.parse(text);
    } catch (IllegalArgumentException e) {
      problems.add(describe(setting.key(), text, entry.source(), e));
      return setting.defaultValue();
    }
  }

  /** What is configured below a prefix, by what comes after it; mistakes are left out. */
  private Map<String, String> below(Setting<?> setting) {
    String prefix = setting.key() + ".";
    Map<String, String> values = new TreeMap<>();
    configuration
        .entries()
        .forEach(
            (key, entry) -> {
              if (key.startsWith(prefix)) {
                String text = entry.value();
                try {
                  text = expander.expandValue(key, entry);
                  setting.check(key.substring(prefix.length()), text.trim());
                  values.put(key.substring(prefix.length()), text.trim());
                } catch (IllegalArgumentException e) {
                  problems.add(describe(key, text, entry.source(), e));
                }
              }
            });
    return values;
  }

  private static String describe(
      String key, String value, String source, IllegalArgumentException e) {
    String trimmed = value.trim();
    String expected = expected(e).replace(", was \"" + trimmed + "\"", "");
    if (Secrets.isSecret(key) && !trimmed.isEmpty()) {
      expected = expected.replace(trimmed, "***");
    }
    return "%s = \"%s\" (%s): %s"
        .formatted(key, Secrets.mask(key, value), source, Secrets.maskUrl(expected));
  }

  private static String expected(IllegalArgumentException e) {
    return e instanceof PatternSyntaxException pattern
        ? "must be a regular expression: %s near index %d"
            .formatted(pattern.getDescription(), pattern.getIndex())
        : String.valueOf(e.getMessage());
  }

  private void reportUnknown(List<Setting<?>> known, Set<String> ownedPrefixes) {
    Set<String> keys = new TreeSet<>();
    Set<String> variables = new HashSet<>();
    List<String> open =
        known.stream().filter(Setting::isPrefix).map(setting -> setting.key() + ".").toList();
    for (Setting<?> setting : known) {
      keys.add(setting.key());
      variables.add(EnvironmentNames.variable(setting.key()));
    }
    configuration
        .entries()
        .forEach(
            (key, entry) -> {
              boolean variable = Entries.isVariable(entry);
              boolean isKnown =
                  keys.contains(key)
                      || open.stream().anyMatch(key::startsWith)
                      || (variable && variables.contains(EnvironmentNames.variable(key)));
              if (!isKnown && isOwned(key, variable, ownedPrefixes)) {
                problems.add(unknown(key, entry, keys));
              }
            });
  }

  private static boolean isOwned(String key, boolean variable, Set<String> ownedPrefixes) {
    return ownedPrefixes.stream()
        .map(prefix -> variable ? prefix.replace('-', '.') : prefix)
        .anyMatch(prefix -> key.equals(prefix) || key.startsWith(prefix + "."));
  }

  private static String unknown(String key, Entry entry, Set<String> keys) {
    String hint =
        Suggestion.nearest(key, keys).map(near -> ", did you mean " + near + "?").orElse("");
    return "%s (%s): there is no such setting%s".formatted(key, entry.source(), hint);
  }

  /** Immutable after construction. */
  private static final class CheckedSettings implements Settings {

    private final IdentityHashMap<Setting<?>, Object> values;

    CheckedSettings(IdentityHashMap<Setting<?>, Object> values) {
      this.values = values;
    }

    @Override
    @SuppressWarnings("unchecked") // value(Setting<T>) put a T under that very Setting<T>
    public <T> T get(Setting<T> setting) {
      Object value = values.get(setting);
      if (value == null) {
        throw new IllegalArgumentException(
            "The setting "
                + setting
                + " was not read: it must be among the settings its transport declares, as the same object");
      }
      return (T) value;
    }
  }
}
