package dev.parley.engine.config;

import dev.parley.Configuration;

/**
 * Replaces <code>${orders.queue}</code> and <code>${orders.concurrency:8}</code> in the attributes
 * of declarations. A default may hold placeholders; <code>\${</code> stands for <code>${</code>;
 * any other {@code $} is kept. Any thread may call it.
 */
public final class Placeholders {

  private final Expander expander;

  /** With the values of that configuration. */
  public Placeholders(Configuration configuration) {
    this.expander = Values.expander(configuration);
  }

  /**
   * The text with its placeholders replaced.
   *
   * @throws IllegalArgumentException if a key is not set and has no default, if placeholders lead
   *     back to themselves, or if one is not closed; the message says how to set the key
   */
  public String resolve(String text) {
    try {
      return expander.expand(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\" cannot be resolved: %s".formatted(Secrets.shorten(text), e.getMessage()), e);
    }
  }
}
