package dev.parley.rabbit;

import dev.parley.spi.TransportOption;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the queue of a handler is declared on RabbitMQ, beside {@code @Subscriber}; ignored by other
 * brokers. A queue that exists already is used as it is.
 *
 * <p>The same in code is {@link RabbitQueueSpec}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TransportOption("rabbit")
public @interface RabbitQueue {

  /** What kind of queue it is. Default: what the setting {@code rabbit.quorum} says. */
  Type type() default Type.CONFIGURED;

  /**
   * Whether only one consumer at a time gets messages, over all instances, so that order is kept
   * over all instances too. Default: no.
   */
  boolean singleActiveConsumer() default false;

  /** An exchange the queue is bound to, declared durable when it is missing. Default: none. */
  String exchange() default "";

  /** The type of {@link #exchange()}: direct, topic, fanout or headers. Default: topic. */
  String exchangeType() default "topic";

  /** The routing keys of the bindings to {@link #exchange()}. Default: one, the empty key. */
  String[] routingKeys() default "";

  /** Further arguments of the queue, such as {@code x-max-length}. Default: none. */
  Argument[] arguments() default {};

  /** Kinds of queues. */
  enum Type {
    /** What the setting {@code rabbit.quorum} says. */
    CONFIGURED,
    /** A classic queue. */
    CLASSIC,
    /** A quorum queue, replicated over the nodes of a cluster. */
    QUORUM
  }

  /** One argument of a queue. */
  @interface Argument {

    /** The name, as in {@code x-max-length}. */
    String name();

    /** The value; a whole number is sent as one, {@code true} and {@code false} as a boolean. */
    String value();
  }
}
