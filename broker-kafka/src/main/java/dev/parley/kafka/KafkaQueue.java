package dev.parley.kafka;

import dev.parley.spi.TransportOption;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the topic behind a handler's queue or topic is created and read on Kafka, beside
 * {@code @Subscriber}; ignored by other brokers. A topic that exists already is used as it is.
 *
 * <p>The same in code is {@link KafkaQueueSpec}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TransportOption("kafka")
public @interface KafkaQueue {

  /** How many partitions it is created with. Default: what {@code kafka.partitions} says. */
  int partitions() default 0;

  /** How many brokers keep a copy. Default: what {@code kafka.replication} says. */
  int replication() default 0;

  /** Whether it is created when it is missing. Default: what {@code kafka.create} says. */
  Creation create() default Creation.CONFIGURED;

  /**
   * By how many consumers of each instance it is read as a share group (Kafka 4.2 or later): then
   * any number of consumers share its messages, however many partitions there are, and there is no
   * order, of keys neither. Each consumer fetches again when it has settled what it fetched last. 0
   * for a group of the usual kind. Default: what {@code kafka.share} says.
   */
  int share() default -1;

  /** Further configuration of the topic, as in {@code "retention.ms=60000"}. Default: none. */
  String[] configuration() default {};

  /** Whether a missing topic is created. */
  enum Creation {
    /** What the setting {@code kafka.create} says. */
    CONFIGURED,
    /** It is created. */
    CREATE,
    /** It is an error. */
    REQUIRE
  }
}
