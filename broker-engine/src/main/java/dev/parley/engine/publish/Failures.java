package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.engine.runtime.Durations;
import dev.parley.spi.SendResult;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** From outcomes to exceptions, and waiting for futures with a limit. */
public final class Failures {

  private Failures() {}

  /** The exception for a send that was not confirmed. */
  public static BrokerException ofSend(SendResult result, String destination) {
    return switch (result.status()) {
      case UNROUTABLE ->
          new NoHandlerException(
              "Nobody has ever declared "
                  + destination
                  + ", so nothing was sent: start its handler first, or declare it with broker.declare(...)"
                  + (result.reason().isEmpty() ? "" : " (" + result.reason() + ")"),
              result.cause());
      case REFUSED ->
          new PublishFailedException(
              "The message to " + destination + " was not sent: " + result.reason(),
              false,
              result.cause());
      default ->
          new PublishFailedException(
              "The message to "
                  + destination
                  + " was not confirmed and may have been sent: "
                  + result.reason(),
              true,
              result.cause());
    };
  }

  /**
   * Waits for a future that completes by itself within the limit; its own runtime exception is
   * thrown as it is.
   *
   * @param what for the message, as in {@code the publish to queue "orders"}
   */
  public static <T> T await(CompletableFuture<T> future, Duration limit, String what) {
    try {
      return future.get(Durations.nanos(limit), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException(
          ErrorCode.CANCELLED, "The thread was interrupted while it waited for " + what, e);
    } catch (TimeoutException e) {
      throw new PublishFailedException("No outcome of " + what + " within " + limit, true, e);
    } catch (ExecutionException e) {
      throw unwrap(e, what);
    }
  }

  /** What a stage has failed with by now. */
  static Throwable errorOf(CompletionStage<?> stage, String what) {
    try {
      Object value = stage.toCompletableFuture().getNow(null);
      return new IllegalStateException(what + " was not begun, and ended with " + value);
    } catch (CompletionException | CancellationException e) {
      return e;
    }
  }

  /** The runtime exception inside of a future's exception; others are wrapped, errors thrown. */
  public static RuntimeException unwrap(Throwable error, String what) {
    Throwable cause = causeOf(error, what);
    if (cause instanceof Error fatal) {
      throw fatal;
    }
    return (RuntimeException) cause;
  }

  /** The runtime exception or error inside of a future's exception; others are wrapped. */
  static Throwable causeOf(Throwable error, String what) {
    Throwable cause = error;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RuntimeException || cause instanceof Error
        ? cause
        : new PublishFailedException("Failed: " + what + ": " + cause.getMessage(), true, cause);
  }
}
