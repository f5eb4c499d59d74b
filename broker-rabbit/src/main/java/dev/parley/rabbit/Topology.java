package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.Address;
import dev.parley.spi.Presence;
import dev.parley.spi.Source;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares and looks up queues and exchanges, on a channel of its own that is opened again whenever
 * RabbitMQ has closed it: it closes a channel to say no.
 *
 * <p>Everything here blocks until RabbitMQ answers. Confined to one thread.
 */
final class Topology {

  private static final Logger log = LoggerFactory.getLogger(Topology.class);

  private static final Set<Integer> EXISTS_OTHERWISE =
      Set.of(AMQP.PRECONDITION_FAILED, AMQP.ACCESS_REFUSED);

  private final Connection connection;
  private final boolean quorum;
  private @Nullable Channel channel;

  Topology(Connection connection, boolean quorum) {
    this.connection = connection;
    this.quorum = quorum;
  }

  /** One question or command. */
  private interface Call<T> {
    T on(Channel open) throws IOException;
  }

  /**
   * Makes a source exist and returns the name of its queue: a new one for each broadcast, which
   * lives as long as the connection; the topic's own name where there is no queue.
   */
  String declare(Source source, RabbitQueueSpec spec) throws IOException {
    return switch (source.kind()) {
      case QUEUE -> declareQueue(source.name(), spec);
      case TOPIC -> declareTopic(source.name());
      case GROUP -> {
        String queue = declareQueue(source.name() + "." + source.group(), spec);
        declareTopic(source.name());
        yield bind(queue, source.name(), "");
      }
      case BROADCAST -> {
        declareTopic(source.name());
        String queue = call(open -> open.queueDeclare("", false, true, false, null).getQueue());
        yield bind(queue, source.name(), "");
      }
    };
  }

  /** Makes a queue exist; one that exists with other arguments is used as it is. */
  String declareQueue(String name, RabbitQueueSpec spec) throws IOException {
    declareQueue(name, spec.arguments(quorum));
    RabbitQueueSpec.Binding binding = spec.binding();
    if (binding != null) {
      declareExchange(binding.exchange(), binding.exchangeType());
      for (String key : binding.routingKeys()) {
        bind(name, binding.exchange(), key);
      }
    }
    return name;
  }

  private void declareQueue(String name, Map<String, Object> arguments) throws IOException {
    try {
      call(open -> open.queueDeclare(name, true, false, false, arguments));
    } catch (IOException e) {
      if (!EXISTS_OTHERWISE.contains(BrokerErrors.channelCode(e)) || !queueExists(name)) {
        throw e;
      }
    }
  }

  private String declareTopic(String name) throws IOException {
    declareExchange(name, "fanout");
    return name;
  }

  private void declareExchange(String name, String type) throws IOException {
    declareExchange(name, type, Map.of());
  }

  private void declareExchange(String name, String type, Map<String, Object> arguments)
      throws IOException {
    try {
      call(open -> open.exchangeDeclare(name, type, true, false, arguments));
    } catch (IOException e) {
      if (!EXISTS_OTHERWISE.contains(BrokerErrors.channelCode(e)) || !exchangeExists(name)) {
        throw e;
      }
    }
  }

  private String bind(String queue, String exchange, String key) throws IOException {
    call(open -> open.queueBind(queue, exchange, key));
    return queue;
  }

  /** The delay queue of a bucket, with the way in, and out to that queue. */
  void declareQueueDelay(DelayBucket bucket, String queue) throws IOException {
    requireDelayQueues();
    if (!leavesConfirmed()) {
      declareDelay(bucket, bucket.forQueues(), Map.of("x-dead-letter-exchange", ""));
      return;
    }
    declareQueue(DelayBucket.STRAYS, Map.of("x-message-ttl", 0, "x-dead-letter-exchange", ""));
    declareExchange(DelayBucket.STRAYS, "fanout");
    bind(DelayBucket.STRAYS, DelayBucket.STRAYS, "");
    declareExchange(
        DelayBucket.QUEUES_OUT, "direct", Map.of("alternate-exchange", DelayBucket.STRAYS));
    bindDelayed(queue);
    declareDelay(bucket, bucket.forQueues(), leavingConfirmed(DelayBucket.QUEUES_OUT));
  }

  private void bindDelayed(String queue) throws IOException {
    try {
      bind(queue, DelayBucket.QUEUES_OUT, queue);
    } catch (IOException e) {
      switch (BrokerErrors.channelCode(e)) {
        case AMQP.RESOURCE_LOCKED -> {} // exclusive to somebody else, and gone with its connection
        case AMQP.ACCESS_REFUSED ->
            log.warn(
                "Queue {} may not be bound to exchange {}: if RabbitMQ stops in the moment a delay"
                    + " ends, the delayed message can be lost. Permit this user to write the queue"
                    + " and to read the exchange",
                queue,
                DelayBucket.QUEUES_OUT);
        default -> throw e;
      }
    }
  }

  /** The delay queue of a bucket, with the way in, and out to that topic. */
  void declareTopicDelay(DelayBucket bucket, String topic) throws IOException {
    requireDelayQueues();
    String exit = DelayBucket.TOPICS_OUT;
    declareExchange(exit, "direct");
    call(open -> open.exchangeBind(topic, exit, topic));
    if (!leavesConfirmed()) {
      declareDelay(bucket, bucket.forTopics(), Map.of("x-dead-letter-exchange", exit));
      return;
    }
    declareQueue(DelayBucket.NOBODY, Map.of("x-max-length", 0));
    bind(DelayBucket.NOBODY, exit, topic);
    declareDelay(bucket, bucket.forTopics(), leavingConfirmed(exit));
  }

  /** Whether delay queues are quorum queues, which forget a message when the next one has it. */
  private boolean leavesConfirmed() {
    return quorum && Product.deadLettersAtLeastOnce(connection);
  }

  private static Map<String, Object> leavingConfirmed(String exit) {
    return Map.of(
        "x-queue-type", "quorum",
        "x-dead-letter-exchange", exit,
        "x-dead-letter-strategy", "at-least-once",
        "x-overflow", "reject-publish");
  }

  private void declareDelay(DelayBucket bucket, String name, Map<String, Object> leaving)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>(leaving);
    arguments.put("x-message-ttl", bucket.delay().toMillis());
    declareQueue(name, arguments);
    declareExchange(name, "fanout");
    bind(name, name, "");
  }

  private void requireDelayQueues() {
    if (!Product.of(connection).hasDelayQueues()) {
      throw new UnsupportedOperationException(
          "this server is not RabbitMQ and has no queues that delay messages; send it without a"
              + " delay, or connect to RabbitMQ");
    }
  }

  /** What is known of an address. */
  Presence presence(Address address) throws IOException {
    if (address.kind() == Address.Kind.TOPIC) {
      return exchangeExists(address.name()) ? Presence.DECLARED : Presence.ABSENT;
    }
    try {
      int consumers = call(open -> open.queueDeclarePassive(address.name())).getConsumerCount();
      return consumers > 0 ? Presence.LIVE : Presence.DECLARED;
    } catch (IOException e) {
      return switch (BrokerErrors.channelCode(e)) {
        case AMQP.NOT_FOUND -> Presence.ABSENT;
        case AMQP.RESOURCE_LOCKED -> Presence.LIVE; // exclusive: alive as its only consumer is
        default -> throw e;
      };
    }
  }

  boolean queueExists(String name) throws IOException {
    return presence(Address.queue(name)) != Presence.ABSENT;
  }

  boolean exchangeExists(String name) throws IOException {
    try {
      call(open -> open.exchangeDeclarePassive(name));
      return true;
    } catch (IOException e) {
      if (BrokerErrors.channelCode(e) == AMQP.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  void deleteQueue(String name) throws IOException {
    call(open -> open.queueDelete(name));
  }

  /** Frees the channel until it is needed again. */
  void release() {
    Channel unused = channel;
    channel = null;
    Channels.abort(unused);
  }

  private <T> T call(Call<T> call) throws IOException {
    try {
      return call.on(open());
    } catch (ShutdownSignalException e) {
      throw new IOException(e);
    }
  }

  private Channel open() throws IOException {
    Channel now = channel;
    if (now == null || !now.isOpen()) {
      now = Channels.open(connection);
      channel = now;
    }
    return now;
  }
}
