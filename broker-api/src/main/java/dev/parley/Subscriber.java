package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method the handler of a queue, or of a topic's group; its return value goes to the
 * caller's {@code reply_to} by itself.
 *
 * <p>On the methods of an interface it is the contract of both sides: an object that implements the
 * interface serves them, {@link Broker#client} calls them. Several methods of an interface may
 * share a queue; they are told apart by the header {@code parley-method}.
 *
 * <p>All attributes that are text take placeholders, {@code ${orders.queue}} or with a default
 * {@code ${orders.concurrency:8}}, filled from the configuration when the handler is registered. A
 * mistake is reported there as {@link DeclarationException}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Subscribers.class)
public @interface Subscriber {

  /**
   * The queue: one set of competing consumers, whatever application they belong to. Either this or
   * {@link #topic()}.
   */
  String value() default "";

  /**
   * The topic, every group of which gets a copy; goes with {@link #group()} or {@link
   * #broadcast()}.
   */
  String topic() default "";

  /** The group that competes for the topic's messages. */
  String group() default "";

  /**
   * Each instance gets a copy of the topic's messages, from now on, without retry or dead letters.
   * Default: false.
   */
  boolean broadcast() default false;

  /**
   * How many handlers run at once, at most. Default: the setting {@code handler.concurrency} (1).
   */
  String concurrency() default "";

  /**
   * How many messages may be fetched and unsettled. Default: the setting {@code handler.prefetch}
   * (64; 1000 with {@link #loadShedding()}), at least the concurrency.
   */
  String prefetch() default "";

  /**
   * How many more attempts follow the first. Default: the setting {@code handler.retry} (3), but 0
   * for a message with a deadline; a number given here applies to both.
   */
  String retry() default "";

  /** Exceptions that are final, their subclasses included: no attempt follows. */
  Class<? extends Throwable>[] noRetry() default {};

  /**
   * The longest time for one attempt, as in {@code 90s}; then the handler is interrupted. Default:
   * {@code handler.limit} (15m).
   */
  String limit() default "";

  /**
   * Whether requests that cannot be started before their deadline are refused with {@link
   * ErrorCode#OVERLOADED}, {@code true} or {@code false}. Requests without a deadline, and messages
   * that are no requests, never are. Not for a {@link Batch}. Default: the setting {@code
   * handler.load-shedding} (false).
   */
  String loadShedding() default "";

  /** For a {@link Batch} parameter: how many messages at most. Default: 100. */
  String batchSize() default "";

  /**
   * For a {@link Batch} parameter: how long the first message waits for others at most, as in
   * {@code 50ms}. Default: 100ms.
   */
  String batchLinger() default "";
}
