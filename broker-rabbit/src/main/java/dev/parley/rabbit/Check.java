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

  /** What came of asking. */
  enum Answer {
    /** All is there. */
    YES,
    /** What must exist does not. */
    NO,
    /** Something is being made. */
    NOT_YET;

    private static Answer ready(boolean ready) {
      return ready ? YES : NOT_YET;
    }
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

  /** Asks. */
  Answer ask(Declarer.Session session) throws IOException {
    Topology topology = session.topology();
    DelayQueues delays = session.delays();
    return switch (kind) {
      case EXCHANGE_EXISTS -> topology.exchangeExists(name) ? Answer.YES : Answer.NO;
      case QUEUE_DECLARED -> {
        topology.declareQueue(name, RabbitQueueSpec.DEFAULT);
        yield Answer.YES;
      }
      case DELAY_DECLARED -> Answer.ready(delays.leadToQueue(delay, name));
      case QUEUE_EXISTS_AND_DELAY ->
          topology.queueExists(name) ? Answer.ready(delays.leadToQueue(delay, name)) : Answer.NO;
      case TOPIC_EXISTS_AND_DELAY ->
          topology.exchangeExists(name) ? Answer.ready(delays.leadToTopic(delay, name)) : Answer.NO;
    };
  }

  /** Whether it is about a message that is delayed on its way. */
  boolean hasDelay() {
    return !delay.isNone();
  }

  /** The exchange through which delayed messages go. */
  String entrance() {
    return kind == Kind.TOPIC_EXISTS_AND_DELAY ? delay.forTopics() : delay.forQueues();
  }

  /** Takes away the exchange through which delayed messages go, since it leads nowhere. */
  boolean dismissEntrance(Declarer.Session session) throws IOException {
    session.delays().dismiss(entrance());
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
