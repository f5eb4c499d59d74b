package dev.parley.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What the errors of Redis and of Lettuce mean. Stateless. */
final class RedisErrors {

  private RedisErrors() {}

  /** What it is about, without what futures wrap around it. */
  static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Whether Redis has answered, and not the connection failed. */
  static boolean isAnswer(Throwable error) {
    return unwrap(error) instanceof RedisCommandExecutionException;
  }

  /** The error's first word, as in {@code NOGROUP}; empty when Redis has not answered. */
  static String code(Throwable error) {
    Throwable cause = unwrap(error);
    String message = cause.getMessage();
    if (!(cause instanceof RedisCommandExecutionException) || message == null) {
      return "";
    }
    int space = message.indexOf(' ');
    return (space < 0 ? message : message.substring(0, space)).toUpperCase(Locale.ROOT);
  }

  /** Whether this server cannot serve now, while it, or another in its place, will again. */
  static boolean isUnfit(Throwable error) {
    return switch (code(error)) {
      case "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "MOVED", "ASK", "TRYAGAIN" -> true;
      default -> false;
    };
  }

  /** Whether the memory that Redis may use is used up. */
  static boolean isOutOfMemory(Throwable error) {
    return code(error).equals("OOM");
  }

  /** In words for the user. */
  static String describe(@Nullable Throwable error) {
    if (error == null) {
      return "the connection was closed";
    }
    Throwable cause = unwrap(error);
    if (cause instanceof CancellationException) {
      return "the connection was closed before Redis answered";
    }
    StringBuilder text = new StringBuilder(text(cause));
    Throwable root = cause;
    for (int depth = 0; root.getCause() != null && depth < 10; depth++) {
      root = root.getCause();
    }
    if (root != cause && root.getMessage() != null) {
      text.append(": ").append(root.getMessage());
    }
    return text.toString();
  }

  private static String text(Throwable error) {
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }
}
