package dev.parley.kafka;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * Asks now and then whether a topic is there still: a consumer of one that was deleted waits for
 * ever, and does not say so.
 *
 * <p>The reading thread looks; answers come on the admin client's thread.
 */
final class TopicWatch {

  private static final long INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();

  private final Topics topics;
  private final Scheduler scheduler;
  private final String name;
  private final Uuid id;
  private long askedNanos;
  private volatile boolean asking;
  private volatile boolean gone;
  private volatile int partitions;

  TopicWatch(Topics topics, Scheduler scheduler, String name, Topics.Topic topic) {
    this.topics = topics;
    this.scheduler = scheduler;
    this.name = name;
    this.id = topic.id();
    this.partitions = topic.partitions();
    this.askedNanos = scheduler.nanoTime();
  }

  /** Throws when the topic is not the one that it was; else begins to ask when that is due. */
  void look() {
    if (gone) {
      throw new KafkaException("the topic \"" + name + "\" was deleted");
    }
    long now = scheduler.nanoTime();
    if (!asking && now - askedNanos > INTERVAL_NANOS) {
      asking = true;
      askedNanos = now;
      topics.find(name).thenAccept(this::found).whenComplete((done, error) -> asking = false);
    }
  }

  private void found(Optional<Topics.Topic> topic) {
    gone = topic.isEmpty() || !topic.get().id().equals(id);
    topic.ifPresent(there -> partitions = there.partitions());
  }

  /** Which topic of that name it is. */
  Uuid id() {
    return id;
  }

  /** How many partitions it has, as far as is known. */
  int partitions() {
    return partitions;
  }
}
