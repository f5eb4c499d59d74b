package dev.parley;

import java.util.List;

/**
 * The configuration has mistakes; the message and {@link #problems()} name all of them, with key,
 * value, source and remedy.
 */
public final class ConfigurationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /** With all mistakes, a sentence each, none of which holds a password. */
  public ConfigurationException(List<String> problems) {
    super(describe(problems));
    this.problems = List.copyOf(problems);
  }

  private static String describe(List<String> problems) {
    String count = problems.size() == 1 ? "a mistake" : problems.size() + " mistakes";
    return "The configuration has " + count + ":\n  - " + String.join("\n  - ", problems);
  }

  /** All mistakes, a sentence each. */
  public List<String> problems() {
    return problems == null ? List.of() : problems;
  }
}
