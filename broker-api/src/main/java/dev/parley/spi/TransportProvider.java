package dev.parley.spi;

import java.util.List;
import java.util.Set;

/**
 * Makes the transport for the URL schemes it knows; found by {@link java.util.ServiceLoader}.
 * Stateless.
 */
public interface TransportProvider {

  /** The name for messages and health: {@code rabbit}. Its settings begin with it. */
  String name();

  /** The schemes of {@code broker.url} it serves, without colon. */
  Set<String> schemes();

  /** All settings it understands; any other key below {@link #name()} is reported as a mistake. */
  List<Setting<?>> settings();

  /**
   * Checks everything that can be checked without the broker; does not connect.
   *
   * @throws IllegalArgumentException if the URL is malformed; the message says what is wrong
   *     without the password
   */
  Transport create(TransportContext context);
}
