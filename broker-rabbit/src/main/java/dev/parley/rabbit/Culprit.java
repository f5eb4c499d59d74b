package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which message made RabbitMQ close a channel. It does not say so itself, but its reason
 * quotes what it did not like.
 *
 * <p>Finding it matters: RabbitMQ handles a channel's messages in order and reads nothing behind
 * the one it refuses, so what came behind can be written again without a doubt.
 */
final class Culprit {

  private Culprit() {}

  /** The index of the message among those that were unanswered, in order; -1 when unsure. */
  static int find(List<PendingSend> open, ShutdownSignalException cause) {
    String why = BrokerErrors.describe(cause);
    for (int i = 0; i < open.size(); i++) {
      if (isQuoted(open.get(i), BrokerErrors.channelCode(cause), why)) {
        return i;
      }
    }
    if (why.contains("message size")) {
      return biggest(open);
    }
    return BrokerErrors.channelCode(cause) != 0 && open.size() == 1 ? 0 : -1;
  }

  private static boolean isQuoted(PendingSend send, int code, String why) {
    AMQP.BasicProperties properties = send.properties();
    return switch (code) {
      case AMQP.NOT_FOUND -> quotes(why, "exchange ", send.route().exchange());
      case AMQP.ACCESS_REFUSED -> quotes(why, "exchange ", send.route().exchange());
      case AMQP.PRECONDITION_FAILED ->
          quotes(why, "user_id property set to ", properties.getUserId())
              || quotes(why, "invalid expiration ", properties.getExpiration());
      default -> false;
    };
  }

  private static boolean quotes(String why, String what, @Nullable String value) {
    return value != null && why.contains(what + "'" + value + "'");
  }

  private static int biggest(List<PendingSend> open) {
    int biggest = open.isEmpty() ? -1 : 0;
    for (int i = 1; i < open.size(); i++) {
      if (open.get(i).body().length > open.get(biggest).body().length) {
        biggest = i;
      }
    }
    return biggest;
  }
}
