package dev.parley;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many messages given to a handler at once, by size and linger; they succeed or fail together.
 * Immutable.
 *
 * @param <T> the type of the bodies
 */
public final class Batch<T> implements Iterable<Message<T>> {

  private final List<Message<T>> messages;

  private Batch(List<Message<T>> messages) {
    this.messages = messages;
  }

  /** A batch of these messages; made by the engine, and by tests of handlers. */
  public static <T> Batch<T> of(List<Message<T>> messages) {
    return new Batch<>(List.copyOf(messages));
  }

  /** The messages, in the order in which they came. */
  public List<Message<T>> messages() {
    return messages;
  }

  /** The bodies, in the order in which they came; null for a body that is JSON {@code null}. */
  public List<@Nullable T> bodies() {
    List<@Nullable T> bodies = new ArrayList<>(messages.size());
    for (Message<T> message : messages) {
      bodies.add(message.body());
    }
    return Collections.unmodifiableList(bodies);
  }

  /** How many, 1 or more. */
  public int size() {
    return messages.size();
  }

  @Override
  public Iterator<Message<T>> iterator() {
    return messages.iterator();
  }
}
