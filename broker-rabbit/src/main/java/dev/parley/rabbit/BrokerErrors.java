package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads RabbitMQ's own words out of the client library's exceptions. */
final class BrokerErrors {

  private BrokerErrors() {}

  /** The signal inside an exception; null when there is none. */
  static @Nullable ShutdownSignalException signal(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal) {
        return signal;
      }
    }
    return null;
  }

  /** The reply code with which RabbitMQ closed the channel; 0 when it did not. */
  static int channelCode(Throwable error) {
    ShutdownSignalException signal = signal(error);
    return signal != null && signal.getReason() instanceof AMQP.Channel.Close close
        ? close.getReplyCode()
        : 0;
  }

  /** Whether RabbitMQ or the client library said no, so that asking again changes nothing. */
  static boolean refused(Throwable error) {
    Throwable root = root(error);
    return channelCode(error) != 0
        || root instanceof IllegalArgumentException
        || root instanceof UnsupportedOperationException;
  }

  /** Why, in one line for a user. */
  static String describe(Throwable error) {
    ShutdownSignalException signal = signal(error);
    if (signal != null && replyText(signal.getReason()) != null) {
      return "RabbitMQ says " + replyText(signal.getReason());
    }
    if (signal != null && signal.isInitiatedByApplication()) {
      return "the connection was closed";
    }
    Throwable root = root(error);
    if (error instanceof AuthenticationFailureException) {
      return "RabbitMQ refuses the user or the password";
    }
    if (root instanceof UnknownHostException) {
      return "unknown host " + root.getMessage();
    }
    if (root instanceof ConnectException
        || root instanceof SocketTimeoutException
        || root instanceof TimeoutException) {
      return root.getMessage() == null ? "no answer in time" : root.getMessage();
    }
    return signal != null || root instanceof java.io.EOFException
        ? "the connection was lost" + (root == signal ? "" : " (" + text(root) + ")")
        : text(root);
  }

  private static @Nullable String replyText(@Nullable Method reason) {
    if (reason instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    return reason instanceof AMQP.Connection.Close close && close.getReplyCode() != 200
        ? close.getReplyText()
        : null;
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String text(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }
}
