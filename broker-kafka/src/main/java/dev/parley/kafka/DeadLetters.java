package dev.parley.kafka;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;

/** Which of the outputs of a delivery is its dead letter. Stateless. */
final class DeadLetters {

  private static final String SUFFIX = ".dead";

  private DeadLetters() {}

  /** Whether it goes to where dead letters go. */
  static boolean isOne(Outgoing out) {
    Address to = out.to();
    return to.kind() == Address.Kind.QUEUE && to.name().endsWith(SUFFIX);
  }
}
