package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import dev.parley.spi.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the queues that keep messages back, see {@link DelayBucket}, with the way in and the way
 * out.
 *
 * <p>A new quorum queue is used when it has lasted a while. RabbitMQ notes its name with up to a
 * second's delay; killed before that, it brings the queue back <a
 * href="https://github.com/rabbitmq/rabbitmq-server/issues/15725">without a leader</a>: empty,
 * confirming nothing any more, and not even to be deleted. So each is made under a name of its own,
 * and the entrance, the exchange that everybody sends to, is declared last, in one step, to lead
 * into it: its alternate exchange is the one the queue is bound to. Of several who do so at once
 * the first one's queue stays. What is left behind when somebody's connection ends before that is
 * never used.
 *
 * <p>Everything here blocks until RabbitMQ answers. Confined to one thread and one connection.
 */
final class DelayQueues {

  private static final Logger log = LoggerFactory.getLogger(DelayQueues.class);

  private static final long NOTED_NANOS = Duration.ofMillis(1_500).toNanos();

  private final Topology topology;
  private final Product product;
  private final boolean leavesConfirmed;
  private final Scheduler clock;
  private final Map<String, Made> made = new HashMap<>();

  /** A queue that has still to prove itself. */
  private record Made(String queue, long sinceNanos) {}

  DelayQueues(Topology topology, Connection connection, Scheduler clock) {
    this.topology = topology;
    this.product = Product.of(connection);
    this.leavesConfirmed = Product.deadLettersAtLeastOnce(connection);
    this.clock = clock;
  }

  /** Makes the bucket lead to that queue; false when it must be asked for again a little later. */
  boolean leadToQueue(DelayBucket bucket, String queue) throws IOException {
    requireDelayQueues();
    if (!leavesConfirmed) {
      return make(bucket.forQueues(), bucket, Map.of("x-dead-letter-exchange", ""));
    }
    topology.declareQueue(
        DelayBucket.STRAYS, Map.of("x-message-ttl", 0, "x-dead-letter-exchange", ""));
    topology.declareExchange(DelayBucket.STRAYS, "fanout");
    topology.bind(DelayBucket.STRAYS, DelayBucket.STRAYS, "");
    topology.declareExchange(
        DelayBucket.QUEUES_OUT, "direct", Map.of("alternate-exchange", DelayBucket.STRAYS));
    bindDelayed(queue);
    return makeLasting(bucket.forQueues(), bucket, DelayBucket.QUEUES_OUT);
  }

  private void bindDelayed(String queue) throws IOException {
    try {
      topology.bind(queue, DelayBucket.QUEUES_OUT, queue);
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

  /** Makes the bucket lead to that topic; false when it must be asked for again a little later. */
  boolean leadToTopic(DelayBucket bucket, String topic) throws IOException {
    requireDelayQueues();
    String exit = DelayBucket.TOPICS_OUT;
    topology.declareExchange(exit, "direct");
    topology.bindExchange(topic, exit, topic);
    if (!leavesConfirmed) {
      return make(bucket.forTopics(), bucket, Map.of("x-dead-letter-exchange", exit));
    }
    topology.declareQueue(DelayBucket.NOBODY, Map.of("x-max-length", 0));
    topology.bind(DelayBucket.NOBODY, exit, topic);
    return makeLasting(bucket.forTopics(), bucket, exit);
  }

  /** A quorum queue, which forgets a message when the next one has it. */
  private boolean makeLasting(String entrance, DelayBucket bucket, String exit) throws IOException {
    Made begun = made.get(entrance);
    if (begun == null && topology.exchangeExists(entrance)) {
      return true;
    }
    if (begun == null) {
      String queue = entrance + "." + UUID.randomUUID().toString().substring(0, 8);
      make(
          queue,
          bucket,
          Map.of(
              "x-queue-type", "quorum",
              "x-dead-letter-exchange", exit,
              "x-dead-letter-strategy", "at-least-once",
              "x-overflow", "reject-publish"));
      made.put(entrance, new Made(queue, clock.nanoTime()));
      return false;
    }
    if (clock.nanoTime() - begun.sinceNanos() < NOTED_NANOS) {
      return false;
    }
    Map<String, Object> leading = Map.of("alternate-exchange", begun.queue());
    if (!topology.declareExchangeFirst(entrance, "fanout", leading)) {
      topology.deleteExchange(begun.queue());
      topology.deleteQueue(begun.queue());
    }
    made.remove(entrance);
    return true;
  }

  private boolean make(String name, DelayBucket bucket, Map<String, Object> arguments)
      throws IOException {
    Map<String, Object> all = new HashMap<>(arguments);
    all.put("x-message-ttl", bucket.delay().toMillis());
    topology.declareQueue(name, all);
    topology.declareExchange(name, "fanout");
    topology.bind(name, name, "");
    return true;
  }

  /** Nothing is behind that entrance any more: it is made again when it is needed. */
  void dismiss(String entrance) throws IOException {
    log.warn("Exchange {} leads to no delay queue: was it deleted? It is made anew", entrance);
    topology.deleteExchange(entrance);
  }

  private void requireDelayQueues() {
    if (!product.hasDelayQueues()) {
      throw new UnsupportedOperationException(
          "this server is not RabbitMQ and has no queues that delay messages; send it without a"
              + " delay, or connect to RabbitMQ");
    }
  }
}
