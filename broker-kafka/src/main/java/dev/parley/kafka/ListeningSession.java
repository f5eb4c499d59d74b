package dev.parley.kafka;

import java.time.Duration;

/**
 * One client of Kafka's library that reads, from its opening to its end.
 *
 * <p>The thread of its {@link KafkaListening} calls everything, except that any thread holds and
 * wakes.
 */
interface ListeningSession {

  /** Joins a group, or takes partitions. */
  void begin();

  /** Reads once; with nothing to read from, waits. */
  void step(Duration longest);

  /** Hands out nothing until it is called with false. Any thread. */
  void hold(boolean hold);

  /** Hands out nothing more, and runs the action once nothing is being handed out. Any thread. */
  void holdThen(Runnable action);

  /** What waits for something to read goes on. Any thread. */
  void wake();

  /** Whether it has its place in the group, be it without partitions. */
  boolean isAssigned();

  /** Proves that it can consume, after the cluster did not answer; throws when not. */
  void prove();

  /** Commits if it can, leaves, and gives up what is unsettled. */
  void end(boolean clusterAnswers);
}
