package dev.parley;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a lambda handles and how, in place of {@link Subscriber}: {@code
 * queue("orders").concurrency(8)}. Immutable; each method returns a changed copy.
 */
public final class SubscribeOptions {

  private final Parts parts;

  /** All parts; a mutable copy is made for each change. */
  private static final class Parts implements Cloneable {
    private final String name;
    private final boolean topic;
    private final @Nullable String group;
    private @Nullable Integer concurrency;
    private @Nullable Integer prefetch;
    private @Nullable Integer retry;
    private @Nullable Integer batchSize;
    private @Nullable Duration batchLinger;
    private @Nullable Duration limit;
    private @Nullable Boolean loadShedding;
    private List<Class<? extends Throwable>> noRetry = List.of();
    private List<Object> with = List.of();

    private Parts(String name, boolean topic, @Nullable String group) {
      this.name = name;
      this.topic = topic;
      this.group = group;
    }

    private Parts copy() {
      try {
        return (Parts) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e); // it is Cloneable
      }
    }
  }

  private SubscribeOptions(Parts parts) {
    this.parts = parts;
  }

  /** A queue. Placeholders are allowed in all names. */
  public static SubscribeOptions queue(String queue) {
    return new SubscribeOptions(new Parts(PublishOptions.requireName(queue, "queue"), false, null));
  }

  /** A topic's group. */
  public static SubscribeOptions topic(String topic, String group) {
    return new SubscribeOptions(
        new Parts(
            PublishOptions.requireName(topic, "topic"),
            true,
            PublishOptions.requireName(group, "group")));
  }

  /** A copy of each message of a topic, from now on, for this instance. */
  public static SubscribeOptions broadcast(String topic) {
    return new SubscribeOptions(new Parts(PublishOptions.requireName(topic, "topic"), true, null));
  }

  /**
   * How many handlers run at once, at most. Default: the setting {@code handler.concurrency} (1).
   */
  public SubscribeOptions concurrency(int handlers) {
    Parts copy = parts.copy();
    copy.concurrency = handlers;
    return new SubscribeOptions(copy);
  }

  /**
   * How many messages may be fetched and unsettled. Default: the setting {@code handler.prefetch}
   * (64; 1000 with {@link #loadShedding(boolean)}), at least the concurrency.
   */
  public SubscribeOptions prefetch(int messages) {
    Parts copy = parts.copy();
    copy.prefetch = messages;
    return new SubscribeOptions(copy);
  }

  /**
   * How many more attempts follow the first. Default: the setting {@code handler.retry} (3), but 0
   * for a message with a deadline.
   */
  public SubscribeOptions retry(int attempts) {
    Parts copy = parts.copy();
    copy.retry = attempts;
    return new SubscribeOptions(copy);
  }

  /** An exception that is final, its subclasses included. */
  public SubscribeOptions noRetry(Class<? extends Throwable> type) {
    Parts copy = parts.copy();
    List<Class<? extends Throwable>> more = new ArrayList<>(parts.noRetry);
    more.add(requireNonNull(type, "type"));
    copy.noRetry = Collections.unmodifiableList(more);
    return new SubscribeOptions(copy);
  }

  /** The longest time for one attempt. Default: the setting {@code handler.limit} (15 minutes). */
  public SubscribeOptions limit(Duration longest) {
    Parts copy = parts.copy();
    copy.limit = PublishOptions.requirePositive(longest, "limit");
    return new SubscribeOptions(copy);
  }

  /**
   * Whether requests that cannot be started before their deadline are refused with {@link
   * ErrorCode#OVERLOADED}. Requests without a deadline, and messages that are no requests, never
   * are. Not for a batch. Default: the setting {@code handler.load-shedding} (false).
   */
  public SubscribeOptions loadShedding(boolean refuse) {
    Parts copy = parts.copy();
    copy.loadShedding = refuse;
    return new SubscribeOptions(copy);
  }

  /**
   * For a batch: how many messages and how long the first waits for others, at most. Default: 100
   * messages, 100 milliseconds.
   */
  public SubscribeOptions batch(int size, Duration linger) {
    Parts copy = parts.copy();
    copy.batchSize = size;
    copy.batchLinger = PublishOptions.requirePositive(linger, "linger");
    return new SubscribeOptions(copy);
  }

  /** An option of one transport's own module; another transport ignores it, with one warning. */
  public SubscribeOptions with(Object transportOption) {
    Parts copy = parts.copy();
    List<Object> more = new ArrayList<>(parts.with);
    more.add(requireNonNull(transportOption, "transportOption"));
    copy.with = Collections.unmodifiableList(more);
    return new SubscribeOptions(copy);
  }

  /** The queue or topic. */
  public String name() {
    return parts.name;
  }

  /** Whether it is a topic. */
  public boolean isTopic() {
    return parts.topic;
  }

  /** The group of a topic; empty for a queue and for a broadcast. */
  public Optional<String> group() {
    return Optional.ofNullable(parts.group);
  }

  /** The concurrency, if one was given. */
  public OptionalInt concurrency() {
    return parts.concurrency == null ? OptionalInt.empty() : OptionalInt.of(parts.concurrency);
  }

  /** The prefetch, if one was given. */
  public OptionalInt prefetch() {
    return parts.prefetch == null ? OptionalInt.empty() : OptionalInt.of(parts.prefetch);
  }

  /** The retries, if a number was given. */
  public OptionalInt retry() {
    return parts.retry == null ? OptionalInt.empty() : OptionalInt.of(parts.retry);
  }

  /** The size of a batch, if one was given. */
  public OptionalInt batchSize() {
    return parts.batchSize == null ? OptionalInt.empty() : OptionalInt.of(parts.batchSize);
  }

  /** The linger of a batch, if one was given. */
  public Optional<Duration> batchLinger() {
    return Optional.ofNullable(parts.batchLinger);
  }

  /** The limit of one attempt, if one was given. */
  public Optional<Duration> limit() {
    return Optional.ofNullable(parts.limit);
  }

  /** Whether requests are refused that cannot be started in time, if that was said. */
  public Optional<Boolean> loadShedding() {
    return Optional.ofNullable(parts.loadShedding);
  }

  /** The exceptions that are final; unmodifiable. */
  public List<Class<? extends Throwable>> noRetry() {
    return parts.noRetry;
  }

  /** The options of a transport's own; unmodifiable. */
  public List<Object> transportOptions() {
    return parts.with;
  }

  @Override
  public String toString() {
    String what = parts.topic ? "topic \"" : "queue \"";
    return what
        + parts.name
        + "\""
        + (parts.group == null ? "" : ", group \"" + parts.group + "\"");
  }
}
