package dev.parley.template.service;

import dev.parley.Key;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.util.List;

/**
 * What a customer wants. What fails these constraints never reaches a handler.
 *
 * @param id chosen by the customer, unique
 * @param customer whose orders are handled one after the other
 * @param lines what is ordered
 */
public record Order(
    @NotBlank String id, @Key @NotBlank String customer, @NotEmpty List<@Valid Line> lines) {

  /**
   * One line of an order.
   *
   * @param item its name in the price list
   * @param quantity how many
   */
  public record Line(@NotBlank String item, @Positive int quantity) {}
}
