package dev.parley.conformance;

import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.MESSAGE_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client of RabbitMQ as its tutorials write it: the client library, by hand. */
final class AmqpForeignClient implements ForeignClient {

  private static final Logger log = LoggerFactory.getLogger(AmqpForeignClient.class);

  private static final int LIMIT_MILLIS = 10_000;
  private static final int SHORT_STRING = 255; // AMQP 0-9-1, 4.2.5.3

  private final Connection connection;

  private AmqpForeignClient(Connection connection) {
    this.connection = connection;
  }

  static AmqpForeignClient connect(String url) {
    try {
      return new AmqpForeignClient(open(url));
    } catch (IOException | TimeoutException e) {
      throw disobeyed(e);
    }
  }

  /** A connection that does not recover, so that nothing happens behind the test's back. */
  static Connection open(String url) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(url);
    } catch (URISyntaxException | GeneralSecurityException e) {
      throw new IOException("Not an AMQP address: " + e.getMessage(), e);
    }
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection("foreign-client");
  }

  /** What is done on a channel of its own, because an error ends the channel. */
  private interface Work<T> {
    T on(Channel channel) throws IOException, InterruptedException, TimeoutException;
  }

  private <T> T withChannel(Work<T> work) {
    try {
      Channel channel = connection.createChannel();
      try {
        return work.on(channel);
      } finally {
        if (channel.isOpen()) {
          channel.close();
        }
      }
    } catch (IOException | TimeoutException e) {
      throw disobeyed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw disobeyed(e);
    }
  }

  private static IllegalStateException disobeyed(Exception e) {
    return new IllegalStateException("The broker did not obey", e);
  }

  @Override
  public void declare(String queue) {
    withChannel(channel -> channel.queueDeclare(queue, true, false, false, Map.of()));
  }

  @Override
  public void send(String address, RawMessage message) {
    AtomicBoolean returned = new AtomicBoolean();
    withChannel(
        channel -> {
          channel.confirmSelect();
          channel.addReturnListener(unroutable -> returned.set(true));
          channel.basicPublish("", address, true, properties(message), message.body());
          channel.waitForConfirmsOrDie(LIMIT_MILLIS);
          return returned;
        });
    if (returned.get()) {
      throw new IllegalStateException("There is no queue \"" + address + "\"");
    }
  }

  @Override
  public void flood(String address, List<RawMessage> messages) {
    withChannel(
        channel -> {
          channel.confirmSelect();
          for (RawMessage message : messages) {
            publish(channel, address, message);
          }
          channel.waitForConfirmsOrDie(LIMIT_MILLIS);
          return messages;
        });
  }

  private static void publish(Channel channel, String address, RawMessage message)
      throws IOException {
    try {
      channel.basicPublish("", address, properties(message), message.body());
    } catch (IllegalArgumentException e) {
      log.debug("The client library cannot write that down: {}", e.getMessage());
    }
  }

  private static BasicProperties properties(RawMessage message) {
    return new BasicProperties.Builder()
        .contentType(message.property(CONTENT_TYPE))
        .correlationId(message.property(CORRELATION_ID))
        .replyTo(message.property(REPLY_TO))
        .messageId(message.property(MESSAGE_ID))
        .headers(message.headers().isEmpty() ? null : message.headers())
        .build();
  }

  @Override
  public @Nullable RawMessage receive(String address, Duration limit) {
    return withChannel(
            channel -> {
              BlockingQueue<Delivery> first = new LinkedBlockingQueue<>();
              channel.basicQos(1);
              String consumer =
                  channel.basicConsume(address, false, (tag, each) -> first.add(each), tag -> {});
              Delivery delivery = first.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
              channel.basicCancel(consumer); // so that settling this one does not fetch the next
              if (delivery == null) {
                return Optional.<RawMessage>empty();
              }
              channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
              return Optional.of(raw(delivery));
            })
        .orElse(null);
  }

  private static RawMessage raw(Delivery delivery) {
    BasicProperties properties = delivery.getProperties();
    RawMessage raw =
        RawMessage.of(delivery.getBody())
            .with(CONTENT_TYPE, properties.getContentType())
            .with(CORRELATION_ID, properties.getCorrelationId())
            .with(REPLY_TO, properties.getReplyTo())
            .with(MESSAGE_ID, properties.getMessageId());
    Map<String, @Nullable Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    for (Map.Entry<String, @Nullable Object> header : new LinkedHashMap<>(headers).entrySet()) {
      raw = raw.header(header.getKey(), readable(header.getValue()));
    }
    return raw;
  }

  private static Object readable(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(AmqpForeignClient::readable).toList();
    }
    return value instanceof LongString || value == null ? String.valueOf(value) : value;
  }

  @Override
  public String openReplies() {
    return withChannel(channel -> channel.queueDeclare("", false, true, false, Map.of()))
        .getQueue();
  }

  @Override
  public boolean exists(String address) {
    return withChannel(
        channel -> {
          try {
            channel.queueDeclarePassive(address);
            return true;
          } catch (IOException e) {
            if (e.getCause() instanceof ShutdownSignalException && connection.isOpen()) {
              return false; // 404, or 405 for the exclusive queue of somebody else: not by us
            }
            throw e;
          }
        });
  }

  @Override
  public int longestCorrelationId() {
    return SHORT_STRING;
  }

  @Override
  public void close() {
    connection.abort(LIMIT_MILLIS);
  }
}
