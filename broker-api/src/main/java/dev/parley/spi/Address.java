package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Where a message is sent: a queue, a topic, or a reply address exactly as it was read from the
 * wire.
 *
 * @param kind what the name names
 * @param name the queue, the topic, or the reply address as its broker spells it
 * @param part what a reply address needs beside its name (a partition on Kafka); null elsewhere
 */
public record Address(Kind kind, String name, @Nullable String part) {

  /** What the name of an address names. */
  public enum Kind {
    /** One set of competing consumers. */
    QUEUE,
    /** Every group gets a copy. */
    TOPIC,
    /** Somebody's private address, never created by sending to it. */
    REPLY
  }

  public Address {
    requireNonNull(kind, "kind");
    requireNonNull(name, "name");
  }

  /** The queue of that name. */
  public static Address queue(String name) {
    return new Address(Kind.QUEUE, name, null);
  }

  /** The topic of that name. */
  public static Address topic(String name) {
    return new Address(Kind.TOPIC, name, null);
  }

  /** The reply address of that name. */
  public static Address reply(String name) {
    return new Address(Kind.REPLY, name, null);
  }

  /** The part of the reply address of that name, as on Kafka its partition. */
  public static Address reply(String name, String part) {
    return new Address(Kind.REPLY, name, part);
  }

  @Override
  public String toString() {
    String where = part == null ? name : name + "/" + part;
    return kind == Kind.QUEUE
        ? "queue \"" + where + "\""
        : kind == Kind.TOPIC ? "topic \"" + where + "\"" : "reply address \"" + where + "\"";
  }
}
