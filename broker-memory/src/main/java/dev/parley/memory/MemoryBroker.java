package dev.parley.memory;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.Source;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A hand on an in-memory broker, for tests: what happens in it, and what is to go wrong.
 *
 * <p>It keeps the broker alive until it is closed, clients or none. Any thread may call it.
 */
public final class MemoryBroker implements AutoCloseable {

  /** An observer at work. */
  @FunctionalInterface
  public interface Observation extends AutoCloseable {

    /** Ends it. Idempotent. */
    @Override
    void close();
  }

  /**
   * A queue, or a group's or broadcast's part of a topic, at one moment.
   *
   * @param source which one
   * @param messages how many messages wait, are delayed or are unsettled in it
   * @param consumed whether a handler is there, paused or not
   */
  public record Held(Source source, int messages, boolean consumed) {}

  private final String name;
  private final Space space;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MemoryBroker(String name, Space space) {
    this.name = name;
    this.space = space;
  }

  /** A broker of its own, which nobody else has. */
  public static MemoryBroker create() {
    return named("test-" + UUID.randomUUID());
  }

  /**
   * The broker at {@code memory:name}, whether or not somebody uses it already; the empty name is
   * the one at {@code memory:}.
   *
   * @throws IllegalArgumentException if the name has other characters than letters, digits, dots,
   *     dashes and underscores
   */
  public static MemoryBroker named(String name) {
    String checked = MemoryTransportProvider.checkName(requireNonNull(name, "name"));
    return new MemoryBroker(checked, Space.enter(checked));
  }

  /** The value of {@code broker.url} for its clients. */
  public String url() {
    return MemoryTransportProvider.SCHEME + ":" + name;
  }

  /** Tells the observer everything that happens from now on, until the observation is closed. */
  public Observation observe(MemoryObserver observer) {
    space.observers().add(requireNonNull(observer, "observer"));
    return () -> space.observers().remove(observer);
  }

  /** What is to go wrong. */
  public MemoryFaults faults() {
    return space.faults();
  }

  /**
   * How many messages wait, are delayed or are unsettled in the queue, and in all groups of the
   * topic, of that name; 0 when there is none.
   */
  public int messages(String queueOrTopic) {
    return space.size(queueOrTopic);
  }

  /** How many messages wait, are delayed or are unsettled in all queues and groups. */
  public int messages() {
    return space.size();
  }

  /**
   * All queues, groups and broadcasts, each at a moment of its own: what moves from one to another
   * meanwhile may be seen twice or not at all.
   */
  public List<Held> held() {
    return space.held();
  }

  /** Lets go of the broker, which lives on while it has clients. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      space.leave();
    }
  }

  @Override
  public String toString() {
    return url();
  }
}
