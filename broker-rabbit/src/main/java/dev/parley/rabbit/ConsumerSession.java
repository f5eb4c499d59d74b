package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.SettleResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel of one listening, from its opening until it is lost or closed: at most so many
 * deliveries are unsettled on it, however often consuming is stopped and started.
 *
 * <p>RabbitMQ counts for each consumer alone. One that starts while earlier deliveries are
 * unsettled therefore may only fetch the rest, and once those are settled a second one fetches what
 * they had taken up. Other servers count over the whole channel, and there the count grows with
 * what is {@linkplain HeldBack held back}.
 *
 * <p>The consume keeper's thread starts and cancels; deliveries and the end come on the I/O thread;
 * the settling thread settles. What they share is atomic or volatile.
 */
final class ConsumerSession {

  private static final Logger log = LoggerFactory.getLogger(ConsumerSession.class);
  private static final int MAX_PREFETCH = 65_535; // a 16 bit number on the wire
  private static final int MAX_NAME = 200;

  /** What happens on a session; told on the I/O thread, must not block. */
  interface Events {

    /** RabbitMQ has confirmed a consumer. */
    void consuming();

    /** A delivery. */
    void delivered(
        ConsumerSession own, Envelope envelope, AMQP.BasicProperties properties, byte[] body);

    /** RabbitMQ has ended the consuming, because the queue was deleted or moved. */
    void cancelled();

    /** The channel is closed, and all its deliveries are lost. */
    void lost(ShutdownSignalException cause);

    /** What was unsettled when consuming started is settled: time for another {@link #fetch}. */
    void roomAgain();
  }

  private final OpenConnection connection;
  private final Channel channel;
  private final String queue;
  private final String name;
  private final int prefetch;
  private final Events events;
  private final HeldBack heldBack;
  private final AckWindow window = new AckWindow();
  private final AtomicLong settled = new AtomicLong();
  private final Set<String> consumers = ConcurrentHashMap.newKeySet();
  private volatile long delivered; // written by the I/O thread
  private volatile long owedUpTo; // a tag; 0 when nothing is owed
  private volatile boolean open = true;
  private int owed; // the consume keeper's thread alone
  private int started; // the same
  private int limit; // the same
  private long lookedAt; // the same: a tag

  private ConsumerSession(
      OpenConnection connection,
      Channel channel,
      String queue,
      ListeningParts parts,
      int prefetch,
      Events events) {
    String clientName = parts.clientName();
    this.connection = connection;
    this.channel = channel;
    this.queue = queue;
    this.name = clientName.length() > MAX_NAME ? clientName.substring(0, MAX_NAME) : clientName;
    this.prefetch = Math.min(prefetch, MAX_PREFETCH);
    this.events = events;
    this.heldBack = new HeldBack(parts.scheduler(), events::roomAgain);
  }

  /** Opens a channel; {@link #watch} and {@link #fetch} follow. */
  static ConsumerSession open(
      OpenConnection connection, String queue, ListeningParts parts, int prefetch, Events events)
      throws IOException {
    Channel channel = Channels.open(connection.connection());
    return new ConsumerSession(connection, channel, queue, parts, prefetch, events);
  }

  /** Hears of the channel's end from now on, at once if it is closed already. */
  void watch() {
    channel.addShutdownListener(
        cause -> {
          open = false;
          heldBack.hurry(); // to hear that it is lost
          events.lost(cause);
        });
  }

  /** Where a copy of a delivery must go to come again. */
  String queue() {
    return queue;
  }

  boolean isOn(OpenConnection other) {
    return connection == other;
  }

  boolean isOpen() {
    return open;
  }

  boolean isConsuming() {
    return !consumers.isEmpty();
  }

  /** Consumes, or consumes more, as far as the prefetch allows. Waits for RabbitMQ's answers. */
  void fetch() throws IOException {
    if (connection.product().countsByConsumer()) {
      fetchByConsumer();
    } else {
      fetchByChannel();
    }
  }

  private void fetchByChannel() throws IOException {
    int wanted = Math.min(prefetch + heldBack.room(), MAX_PREFETCH);
    if (consumers.isEmpty()) {
      consume(wanted);
    } else if (wanted != limit) {
      Channels.call(() -> channel.basicQos(wanted, false));
    }
    limit = wanted;
  }

  /**
   * Consumes anew if nothing came since the last look: the queue may have been deleted, and the
   * consumer with it, whether or not somebody has declared it again.
   */
  void renewIfIdle() throws IOException {
    long last = delivered;
    if (last == lookedAt) {
      cancel();
      fetch();
    }
    lookedAt = last;
  }

  private void fetchByConsumer() throws IOException {
    if (consumers.isEmpty()) {
      long last = delivered;
      owed = (int) (last - settled.get());
      owedUpTo = owed > 0 ? last : 0;
      consume(prefetch - owed);
    } else if (owed > 0 && window.prefix() >= owedUpTo) {
      int room = owed;
      owed = 0;
      owedUpTo = 0;
      consume(room);
    }
    if (owed > 0 && window.prefix() >= owedUpTo) {
      events.roomAgain(); // settled in the meantime
    }
  }

  private void consume(int count) throws IOException {
    if (count <= 0) {
      return;
    }
    String tag = name + "-" + ++started;
    consumers.add(tag);
    try {
      Channels.call(
          () -> {
            channel.basicQos(count, false);
            channel.basicConsume(queue, false, tag, new Deliveries(channel));
          });
    } catch (IOException e) {
      consumers.remove(tag);
      throw e;
    }
  }

  /** Stops fetching; once it returns everything fetched has been delivered to the listener. */
  void cancel() throws IOException {
    for (String tag : List.copyOf(consumers)) {
      if (consumers.remove(tag)) {
        Channels.call(() -> channel.basicCancel(tag));
      }
    }
  }

  /** Whether what is to be sent again later waits in {@link #heldBack}. */
  boolean holdsBack() {
    return !connection.product().hasDelayQueues();
  }

  HeldBack heldBack() {
    return heldBack;
  }

  /** Closes the channel: RabbitMQ takes back what is unsettled. */
  void close() {
    open = false;
    heldBack.hurry(); // to hear that it is lost
    Channels.abort(channel);
  }

  /** Writes what is settled by now; on the settling thread. */
  void settle(List<Settler.Item> items) {
    int done = 0;
    try {
      done = write(items);
    } catch (IOException | ShutdownSignalException e) {
      log.debug("settling on \"{}\" failed", queue, e);
    }
    settled.addAndGet(done);
    for (Settler.Item item : items.subList(0, done)) {
      item.listener().completed(SettleResult.SETTLED);
    }
    for (Settler.Item item : items.subList(done, items.size())) {
      item.listener().completed(SettleResult.LOST);
    }
    long waitedFor = owedUpTo;
    if (waitedFor > 0 && window.prefix() >= waitedFor) {
      events.roomAgain();
    }
  }

  /** Returns how many of the items are written: all, or none when the channel is lost. */
  private int write(List<Settler.Item> items) throws IOException {
    if (!open) {
      return 0;
    }
    List<Long> acks = new ArrayList<>(items.size());
    connection.beginBatch();
    try {
      for (Settler.Item item : items) {
        if (item.release()) {
          channel.basicNack(item.tag(), false, true);
        } else {
          acks.add(item.tag());
        }
        window.settled(item.tag());
      }
      window.acknowledge(acks, channel);
    } finally {
      connection.endBatch();
    }
    return items.size();
  }

  private final class Deliveries extends DefaultConsumer implements Consumer {

    Deliveries(Channel channel) {
      super(channel);
    }

    @Override
    public void handleConsumeOk(String consumerTag) {
      events.consuming();
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      delivered = envelope.getDeliveryTag();
      events.delivered(ConsumerSession.this, envelope, properties, body);
    }

    @Override
    public void handleCancel(String consumerTag) {
      if (consumers.remove(consumerTag)) {
        events.cancelled();
      }
    }
  }
}
