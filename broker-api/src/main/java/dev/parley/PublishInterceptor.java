package dev.parley;

import java.util.concurrent.CompletionStage;

/**
 * Runs around each publish and call, on the caller's thread: for tracing, default headers,
 * measuring. It must proceed exactly once, or throw. Returning without proceeding, or proceeding
 * twice, fails the publish with an error that names the interceptor.
 */
@FunctionalInterface
public interface PublishInterceptor {

  /**
   * Surrounds one publish.
   *
   * @param message what is published; its headers hold those of the options as well
   * @param options where it goes and how
   * @return the stage {@link Next#proceed} returned, or one that depends on it: complete once the
   *     broker has confirmed, for a call with its {@link Reply}
   */
  CompletionStage<?> publish(Message<?> message, PublishOptions options, Next next);

  /** The rest of the way: the next interceptor, in the end the broker. */
  @FunctionalInterface
  interface Next {

    /** Goes on with this message, changed or not. */
    CompletionStage<?> proceed(Message<?> message);
  }
}
