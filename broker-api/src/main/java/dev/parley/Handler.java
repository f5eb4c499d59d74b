package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * A handler as a lambda.
 *
 * @param <T> the type it takes: a body, {@link Message}, {@link Reply} or {@link Batch}
 * @param <R> the type it returns, as a handler method may
 */
@FunctionalInterface
public interface Handler<T, R> {

  /** Handles a message; what it returns goes to the caller. Runs on a handler thread. */
  @Nullable R handle(T message) throws Exception;

  /**
   * A handler without a reply.
   *
   * @param <T> the type it takes
   */
  @FunctionalInterface
  interface NoReply<T> {

    /** Handles a message. Runs on a handler thread. */
    void handle(T message) throws Exception;
  }
}
