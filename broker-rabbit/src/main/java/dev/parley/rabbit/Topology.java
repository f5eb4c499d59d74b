package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.Address;
import dev.parley.spi.Presence;
import dev.parley.spi.Source;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Declares and looks up queues and exchanges, on a channel of its own that is opened again whenever
 * RabbitMQ has closed it: it closes a channel to say no.
 *
 * <p>Everything here blocks until RabbitMQ answers. Confined to one thread.
 */
final class Topology {

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

  void declareQueue(String name, Map<String, Object> arguments) throws IOException {
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

  void declareExchange(String name, String type) throws IOException {
    declareExchange(name, type, Map.of());
  }

  void declareExchange(String name, String type, Map<String, Object> arguments) throws IOException {
    try {
      call(open -> open.exchangeDeclare(name, type, true, false, arguments));
    } catch (IOException e) {
      if (!EXISTS_OTHERWISE.contains(BrokerErrors.channelCode(e)) || !exchangeExists(name)) {
        throw e;
      }
    }
  }

  String bind(String queue, String exchange, String key) throws IOException {
    call(open -> open.queueBind(queue, exchange, key));
    return queue;
  }

  /** Makes what an exchange takes go on to another one as well. */
  void bindExchange(String to, String from, String key) throws IOException {
    call(open -> open.exchangeBind(to, from, key));
  }

  /** Makes an exchange exist; false when it exists with other arguments. */
  boolean declareExchangeFirst(String name, String type, Map<String, Object> arguments)
      throws IOException {
    try {
      call(open -> open.exchangeDeclare(name, type, true, false, arguments));
      return true;
    } catch (IOException e) {
      if (BrokerErrors.channelCode(e) == AMQP.PRECONDITION_FAILED) {
        return false;
      }
      throw e;
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

  void deleteExchange(String name) throws IOException {
    call(open -> open.exchangeDelete(name));
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
