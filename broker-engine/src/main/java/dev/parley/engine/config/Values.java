package dev.parley.engine.config;

import dev.parley.Configuration;
import dev.parley.Configuration.Entry;

/**
 * The values of a configuration. Those that were loaded have had their placeholders replaced, and
 * are not looked through again, because a password may look like one; those that a program gave,
 * and those that loading had to leave as they were, are replaced when they are used.
 */
final class Values {

  private Values() {}

  static Expander expander(Configuration configuration) {
    return new Expander(new Entries(configuration.entries()), Values::isUnexpanded);
  }

  private static boolean isUnexpanded(Entry entry) {
    return entry.source().equals("the program")
        || entry.source().startsWith(SystemProperties.SOURCE);
  }
}
