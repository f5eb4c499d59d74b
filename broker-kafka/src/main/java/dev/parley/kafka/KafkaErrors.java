package dev.parley.kafka;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What Kafka's errors mean, and in words for the user. Stateless. */
final class KafkaErrors {

  private KafkaErrors() {}

  /** The error itself, out of what futures wrap it into. */
  static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  static String describe(Throwable error) {
    Throwable cause = unwrap(error);
    StringBuilder text = new StringBuilder(hint(error)).append(one(cause));
    for (int depth = 0; depth < 3 && cause.getCause() != null; depth++) {
      cause = cause.getCause();
      text.append(": ").append(one(cause));
    }
    return text.toString();
  }

  /** What to look at, where the cluster or its client says only that it is so. */
  private static String hint(Throwable error) {
    if (isCausedBy(error, SslAuthenticationException.class)) {
      return "no TLS connection: is the certificate trusted, and for that host"
          + " (kafka.client.ssl.truststore.location)? ";
    }
    return isCausedBy(error, AuthenticationException.class)
        ? "Kafka refuses the user or the password (kafka.client.sasl.jaas.config): "
        : "";
  }

  private static boolean isCausedBy(Throwable error, Class<? extends Throwable> type) {
    Throwable cause = error;
    for (int depth = 0; depth < 8 && cause != null; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String one(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }

  /** The topic does not exist, or cannot. */
  static boolean isAbsent(Throwable error) {
    Throwable cause = unwrap(error);
    return cause instanceof UnknownTopicOrPartitionException
        || cause instanceof InvalidTopicException;
  }

  /** Kafka has answered, and said no. */
  static boolean isRefusal(Throwable error) {
    return isCausedBy(error, AuthorizationException.class)
        || isCausedBy(error, AuthenticationException.class)
        || unwrap(error) instanceof RecordTooLargeException;
  }
}
