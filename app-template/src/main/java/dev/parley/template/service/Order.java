package dev.parley.template.service;

import static java.util.Objects.requireNonNullElse;

import dev.parley.Key;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;

/**
 * What a customer wants; {@code {"id":"1","quantity":2}} is an order. What fails these constraints
 * never reaches a handler.
 *
 * @param id chosen by the customer, unique
 * @param quantity how many
 * @param item its name in the price list; tea where a body names none
 * @param customer whose orders are handled one after the other; null when there is no need for it
 */
public record Order(
    @NotBlank String id, @Positive int quantity, String item, @Key @Nullable String customer) {

  /** Fills in the item, which is null where a body leaves it out. */
  public Order {
    item = requireNonNullElse(item, "tea");
  }
}
