package dev.parley.rabbit;

import java.io.IOException;

/**
 * What must be known or made before a message is published, asked of RabbitMQ once and remembered.
 *
 * @param kind what is asked
 * @param name the queue or the exchange
 * @param delay for the delayed kinds, the delay queue as well
 */
record Check(Kind kind, String name, DelayBucket delay) {

  /** What is asked. */
  enum Kind {
    /** The exchange must exist. */
    EXCHANGE_EXISTS,
    /** The queue is declared when it is missing. */
    QUEUE_DECLARED,
    /** The delay queue, and its way out to the queue, are declared when they are missing. */
    DELAY_DECLARED,
    /** The queue must exist; its way out of the delay queue is declared when it is missing. */
    QUEUE_EXISTS_AND_DELAY,
    /** The topic must exist; its way out of the delay queue is declared when it is missing. */
    TOPIC_EXISTS_AND_DELAY
  }

  static Check exchange(String name) {
    return new Check(Kind.EXCHANGE_EXISTS, name, DelayBucket.NONE);
  }

  static Check declared(String queue) {
    return new Check(Kind.QUEUE_DECLARED, queue, DelayBucket.NONE);
  }

  static Check delay(String queue, DelayBucket delay) {
    return new Check(Kind.DELAY_DECLARED, queue, delay);
  }

  static Check delayedQueue(String queue, DelayBucket delay) {
    return new Check(Kind.QUEUE_EXISTS_AND_DELAY, queue, delay);
  }

  static Check delayedTopic(String topic, DelayBucket delay) {
    return new Check(Kind.TOPIC_EXISTS_AND_DELAY, topic, delay);
  }

  /** Asks; false when what must exist does not. */
  boolean ask(Topology topology) throws IOException {
    switch (kind) {
      case EXCHANGE_EXISTS -> {
        return topology.exchangeExists(name);
      }
      case QUEUE_DECLARED -> topology.declareQueue(name, RabbitQueueSpec.DEFAULT);
      case DELAY_DECLARED -> topology.declareQueueDelay(delay, name);
      case QUEUE_EXISTS_AND_DELAY -> {
        if (!topology.queueExists(name)) {
          return false;
        }
        topology.declareQueueDelay(delay, name);
      }
      case TOPIC_EXISTS_AND_DELAY -> {
        if (!topology.exchangeExists(name)) {
          return false;
        }
        topology.declareTopicDelay(delay, name);
      }
    }
    return true;
  }

  /** What is asked, in words. */
  String what() {
    return switch (kind) {
      case EXCHANGE_EXISTS -> "look up exchange \"" + name + "\"";
      case QUEUE_DECLARED -> "declare queue \"" + name + "\"";
      case DELAY_DECLARED ->
          "declare delay queue \"" + delay.forQueues() + "\" for queue \"" + name + "\"";
      case QUEUE_EXISTS_AND_DELAY -> "look up queue \"" + name + "\" for a delayed message";
      case TOPIC_EXISTS_AND_DELAY -> "look up topic \"" + name + "\" for a delayed message";
    };
  }

  /** What is missing when the answer was no. */
  String missing() {
    boolean queue = kind == Kind.QUEUE_EXISTS_AND_DELAY;
    return (queue ? "queue \"" : "exchange \"") + name + "\" does not exist on RabbitMQ";
  }

  /** Whether the answer is good until something proves otherwise, and not only for a moment. */
  boolean isLasting() {
    return kind != Kind.QUEUE_EXISTS_AND_DELAY && kind != Kind.TOPIC_EXISTS_AND_DELAY;
  }
}
