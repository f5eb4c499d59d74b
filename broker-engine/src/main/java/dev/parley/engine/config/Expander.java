package dev.parley.engine.config;

import dev.parley.Configuration.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Replaces <code>${key}</code> and <code>${key:default}</code> by the values of entries, whose own
 * placeholders are replaced too. A default may hold placeholders; <code>\${</code> stands for
 * <code>
 * ${</code>; any other {@code $} is kept. Immutable.
 */
final class Expander {

  private static final int MAX_DEPTH = 32;
  private static final Pattern KEY = Pattern.compile("[\\w.\\[\\]-]+");

  private final Entries entries;

  /** Whether the values of that entry still hold placeholders. */
  private final Predicate<Entry> unexpanded;

  Expander(Entries entries, Predicate<Entry> unexpanded) {
    this.entries = entries;
    this.unexpanded = unexpanded;
  }

  /** The text with its placeholders replaced; throws {@link IllegalArgumentException}. */
  String expand(String text) {
    return expand(text, List.of());
  }

  /** The value of that key's entry, where placeholders that lead back to the key are mistakes. */
  String expandValue(String key, Entry entry) {
    return unexpanded.test(entry) ? expand(entry.value(), List.of(key)) : entry.value();
  }

  private String expand(String text, List<String> path) {
    int open = text.indexOf("${");
    if (open < 0) {
      return text;
    }
    if (path.size() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "placeholders are nested deeper than " + MAX_DEPTH + ": " + String.join(" -> ", path));
    }
    StringBuilder result = new StringBuilder(text.length() + 32);
    int from = 0;
    while (open >= 0) {
      if (open > from && text.charAt(open - 1) == '\\') {
        result.append(text, from, open - 1).append("${");
        from = open + 2;
      } else {
        int close = closing(text, open + 2);
        result.append(text, from, open).append(resolve(text.substring(open + 2, close), path));
        from = close + 1;
      }
      open = text.indexOf("${", from);
    }
    return result.append(text, from, text.length()).toString();
  }

  private String resolve(String placeholder, List<String> path) {
    int colon = placeholder.indexOf(':');
    String key = colon < 0 ? placeholder : placeholder.substring(0, colon);
    if (!KEY.matcher(key).matches()) {
      // Neither here nor below with the text: a password may look like a wrong placeholder.
      throw new IllegalArgumentException(
          "it has a placeholder whose key is not of letters, digits, '.', '-' and '_'; write \\${"
              + " for the two characters themselves");
    }
    Entry entry = entries.find(key);
    if (entry != null) {
      return unexpanded.test(entry) ? expand(entry.value(), longer(path, key)) : entry.value();
    }
    if (colon < 0) {
      throw new IllegalArgumentException(missing(key));
    }
    List<String> deeper = new ArrayList<>(path);
    deeper.add("default of " + key);
    return expand(placeholder.substring(colon + 1), deeper);
  }

  private static List<String> longer(List<String> path, String key) {
    List<String> longer = new ArrayList<>(path);
    longer.add(key);
    if (path.contains(key)) {
      throw new IllegalArgumentException(
          "${" + key + "} refers to itself: " + String.join(" -> ", longer));
    }
    return longer;
  }

  /** The brace that closes the placeholder, those of placeholders in its default passed over. */
  private static int closing(String text, int from) {
    int depth = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.startsWith("${", i)) {
        depth++;
      } else if (text.charAt(i) == '}' && --depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "it has ${ without a closing brace; write \\${ for the two characters themselves");
  }

  private static String missing(String key) {
    return "${%1$s} is not set: set %1$s in parley.yaml or parley.properties, %2$s in the environment, -D%1$s=... or --%1$s=..., or give a default as in ${%1$s:...}"
        .formatted(key, EnvironmentNames.variable(key));
  }
}
