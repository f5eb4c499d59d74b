package dev.parley.kafka;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.Source;

/** The names of consumer groups. Stateless. */
final class Groups {

  private Groups() {}

  /** A queue's own group is called as the queue is; any other is called what the user called it. */
  static String of(Source source) {
    return source.kind() == Source.Kind.GROUP
        ? requireNonNull(source.group(), "group")
        : source.name();
  }
}
