package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * Runs around each handler, on its thread: for tracing, authorisation, measuring. It must proceed
 * exactly once, or throw: {@link Reject} to refuse. Returning without proceeding, or proceeding
 * twice, is a failed attempt that names the interceptor.
 */
@FunctionalInterface
public interface HandleInterceptor {

  /**
   * Surrounds one attempt. The body of the message is decoded already; a batch passes as one
   * message whose body is the {@link Batch}.
   *
   * @return what {@link Next#proceed()} returned, or another reply in its place; a {@code
   *     CompletionStage} where the handler returns one
   */
  @Nullable Object handle(Message<?> message, Next next) throws Exception;

  /** The rest of the way: the next interceptor, in the end the handler. */
  @FunctionalInterface
  interface Next {

    /** Goes on and returns the handler's result. */
    @Nullable Object proceed() throws Exception;
  }
}
