package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import dev.parley.spi.Address;
import dev.parley.spi.WireMessage;
import dev.parley.spi.support.LogLimit;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages from AMQP properties, whoever wrote them. Nothing a sender can write makes it throw: a
 * header that cannot be read is left out. Stateless but for the limit of its log lines.
 */
final class IncomingMapper {

  private static final Logger log = LoggerFactory.getLogger(IncomingMapper.class);
  private static final LogLimit limit = new LogLimit();

  private IncomingMapper() {}

  static WireMessage message(AMQP.BasicProperties properties, byte[] body) {
    return new WireMessage(
        body,
        properties.getContentType(),
        properties.getMessageId(),
        properties.getCorrelationId(),
        replyTo(properties.getReplyTo()),
        headers(properties.getHeaders()));
  }

  private static @Nullable Address replyTo(@Nullable String name) {
    return name == null || name.isEmpty() ? null : Address.reply(name);
  }

  private static Map<String, String> headers(@Nullable Map<String, Object> headers) {
    if (headers == null || headers.isEmpty()) {
      return Map.of();
    }
    Map<String, String> texts = new HashMap<>(headers.size() * 2);
    for (Map.Entry<String, Object> header : headers.entrySet()) {
      String name = header.getKey();
      if (!RabbitHeaders.isTrace(name) && !RabbitHeaders.ROUTING.contains(name)) {
        put(texts, name, header.getValue());
      }
    }
    return texts;
  }

  private static void put(Map<String, String> texts, String name, @Nullable Object value) {
    try {
      texts.put(name, text(value));
    } catch (RuntimeException | StackOverflowError e) { // a value nested thousands deep
      if (limit.allows()) {
        log.warn(
            "Left out the header \"{}\" of a message: it cannot be read: {}", name, e.toString());
      }
    }
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : value.toString(); // a LongString is UTF-8 too
  }
}
