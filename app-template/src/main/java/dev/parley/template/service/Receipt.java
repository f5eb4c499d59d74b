package dev.parley.template.service;

/**
 * The answer to an {@link Order}.
 *
 * @param orderId the order's id
 * @param cents what it costs
 */
public record Receipt(String orderId, long cents) {}
