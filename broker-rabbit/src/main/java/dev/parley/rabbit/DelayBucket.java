package dev.parley.rabbit;

import java.time.Duration;
import java.util.List;

/**
 * One of the fixed delays messages can be kept back for.
 *
 * <p>RabbitMQ expires messages only at the head of a queue, so messages of different delays in one
 * queue wait for each other. Each bucket therefore is a durable queue of its own, whose messages
 * all live equally long ({@code x-message-ttl}) and are then dead-lettered by their routing key. A
 * fanout exchange is the entrance: it leaves the routing key free for where the message goes
 * afterwards.
 *
 * <p>The way out is confirmed: a quorum queue with {@code x-dead-letter-strategy=at-least-once}
 * forgets a message when the next queue has it. As it keeps what no queue takes, and lets it stand
 * before the others, something must take everything. To queues the way is {@value #QUEUES_OUT}, to
 * which each is bound by its name; what has no binding, because the queue was deleted and made
 * again meanwhile, goes on through {@value #STRAYS} to the default exchange, which knows all queues
 * and drops what is for none. To topics it is {@value #TOPICS_OUT}, to which each is bound by its
 * name, and with it {@value #NOBODY}, a queue that keeps nothing.
 *
 * <p>The buckets are shared by all applications of a virtual host, and never deleted: an unused
 * queue that expires would take its messages along.
 *
 * @param delay how long a message stays
 */
record DelayBucket(Duration delay) {

  /** What the name of every delay queue begins with. */
  static final String PREFIX = "parley.delay.";

  /** The exchange messages leave through that were delayed on their way to a queue. */
  static final String QUEUES_OUT = "parley.delay.queues";

  /** The exchange and queue for what {@link #QUEUES_OUT} has no binding for. */
  static final String STRAYS = "parley.delay.strays";

  /** The queue that takes, and drops, what is for a topic nobody reads. */
  static final String NOBODY = "parley.delay.nobody";

  /** The exchange messages leave through that were delayed on their way to a topic. */
  static final String TOPICS_OUT = "parley.delay.topics";

  /** No delay. */
  static final DelayBucket NONE = new DelayBucket(Duration.ZERO);

  private static final List<DelayBucket> ALL =
      List.of(
          bucket(Duration.ofMillis(100)),
          bucket(Duration.ofMillis(250)),
          bucket(Duration.ofMillis(500)),
          bucket(Duration.ofSeconds(1)),
          bucket(Duration.ofMillis(2_500)),
          bucket(Duration.ofSeconds(5)),
          bucket(Duration.ofSeconds(10)),
          bucket(Duration.ofSeconds(30)),
          bucket(Duration.ofMinutes(1)),
          bucket(Duration.ofMinutes(5)),
          bucket(Duration.ofMinutes(15)),
          bucket(Duration.ofHours(1)),
          bucket(Duration.ofHours(6)),
          bucket(Duration.ofDays(1)));

  private static DelayBucket bucket(Duration delay) {
    return new DelayBucket(delay);
  }

  /**
   * The smallest bucket that is not too short, or else the longest; {@link #NONE} for zero and
   * less.
   */
  static DelayBucket of(Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      return NONE;
    }
    for (DelayBucket bucket : ALL) {
      if (bucket.delay.compareTo(delay) >= 0) {
        return bucket;
      }
    }
    return ALL.get(ALL.size() - 1);
  }

  /** What is left of a delay after this bucket; zero for nothing. */
  Duration left(Duration whole) {
    Duration left = whole.minus(delay);
    return left.isNegative() ? Duration.ZERO : left;
  }

  boolean isNone() {
    return delay.isZero();
  }

  /** The exchange that messages to queues are sent to for this delay. */
  String forQueues() {
    return PREFIX + delay.toMillis();
  }

  /** The exchange that messages to topics are sent to for this delay. */
  String forTopics() {
    return PREFIX + "topics." + delay.toMillis();
  }
}
