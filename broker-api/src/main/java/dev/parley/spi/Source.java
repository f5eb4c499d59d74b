package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What is declared and listened to: a queue, a topic, a topic's named group, or this instance's own
 * copy of a topic.
 *
 * @param kind what the name names
 * @param name the queue or the topic
 * @param group the group for {@link Kind#GROUP}; null for all others
 */
public record Source(Kind kind, String name, @Nullable String group) {

  /** What a source is. */
  public enum Kind {
    /** One set of competing consumers. */
    QUEUE,
    /** A topic without a group: it can be declared, not listened to. */
    TOPIC,
    /**
     * A named group of a topic: it gets a copy of each message and competes for it inside the
     * group.
     */
    GROUP,
    /** A group of this instance alone, from now on, gone with the instance. */
    BROADCAST
  }

  public Source {
    requireNonNull(kind, "kind");
    requireNonNull(name, "name");
    if ((kind == Kind.GROUP) != (group != null)) {
      throw new IllegalArgumentException(
          "a group name goes with kind GROUP, and only with it: "
              + kind
              + " of \""
              + name
              + "\" has "
              + group);
    }
  }

  /** The queue of that name. */
  public static Source queue(String name) {
    return new Source(Kind.QUEUE, name, null);
  }

  /** The topic of that name, for declaring it ahead of its groups. */
  public static Source topic(String name) {
    return new Source(Kind.TOPIC, name, null);
  }

  /** The named group of a topic. */
  public static Source group(String topic, String group) {
    return new Source(Kind.GROUP, topic, group);
  }

  /** A copy of every message of the topic from now on, for this instance alone. */
  public static Source broadcast(String topic) {
    return new Source(Kind.BROADCAST, topic, null);
  }

  /** Where messages for this source are sent. */
  public Address address() {
    return kind == Kind.QUEUE ? Address.queue(name) : Address.topic(name);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case QUEUE -> "queue \"" + name + "\"";
      case TOPIC -> "topic \"" + name + "\"";
      case GROUP -> "topic \"" + name + "\", group \"" + group + "\"";
      case BROADCAST -> "topic \"" + name + "\", broadcast";
    };
  }
}
