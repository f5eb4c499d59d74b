package dev.parley.engine.config;

import dev.parley.Configuration.Entry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries by key, found by the spelling of their environment variable too. Immutable. */
final class Entries {

  private final Map<String, Entry> byKey;

  Entries(Map<String, Entry> byKey) {
    this.byKey = byKey;
  }

  /**
   * The entry of a key, or null. A variable that overrides a key was put under that key when it was
   * loaded; only one that overrides nothing is still under its spelling with dots.
   */
  @Nullable Entry find(String key) {
    Entry exact = byKey.get(key);
    if (exact != null) {
      return exact;
    }
    String variable = EnvironmentNames.variable(key);
    Entry dotted = byKey.get(EnvironmentNames.dotted(variable));
    return dotted != null && isVariable(dotted) ? dotted : null;
  }

  /** Whether the entry comes from the environment. */
  static boolean isVariable(Entry entry) {
    return entry.source().startsWith(EnvironmentNames.SOURCE);
  }
}
