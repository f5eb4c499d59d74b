package dev.parley.conformance;

import dev.parley.conformance.RawMessage.Property;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A client of Kafka as its documentation writes it: the client library, by hand. A reply address is
 * a topic, or {@code topic/partition}, which no topic can be called.
 */
final class KafkaForeignClient implements ForeignClient {

  private static final long LIMIT_SECONDS = 10;
  private static final String REPLY_PARTITION = "reply_partition";

  private static final Map<Property, String> HEADERS =
      Map.of(
          Property.CONTENT_TYPE, "content-type",
          Property.CORRELATION_ID, "correlation_id",
          Property.REPLY_TO, "reply_to",
          Property.MESSAGE_ID, "message_id");

  private final String servers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  private KafkaForeignClient(String servers) {
    this.servers = servers;
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 0, "max.request.size", 20_000_000),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  static KafkaForeignClient connect(String servers) {
    return new KafkaForeignClient(servers);
  }

  private static <T> T get(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
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
    create(queue, 2);
  }

  private void create(String topic, int partitions) {
    try {
      get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw disobeyed(e);
      }
    }
    // The broker knows it a moment after the controller has made it.
    Expect.await().until(() -> exists(topic));
  }

  void delete(String topic) {
    try {
      get(admin.deleteTopics(List.of(topic)).all());
    } catch (ExecutionException e) {
      throw disobeyed(e);
    }
  }

  /** A topic, and a partition where one is named. */
  private record Place(String topic, @Nullable Integer partition) {
    static Place of(String address) {
      int slash = address.lastIndexOf('/');
      return slash > 0 && address.substring(slash + 1).matches("\\d{1,6}")
          ? new Place(address.substring(0, slash), Integer.valueOf(address.substring(slash + 1)))
          : new Place(address, null);
    }
  }

  @Override
  public void send(String address, RawMessage message) {
    Place place = Place.of(address);
    if (!exists(place.topic())) { // or the cluster would create it
      throw new IllegalStateException("There is no topic \"" + address + "\"");
    }
    ProducerRecord<byte[], byte[]> sent = written(place, message, message.body());
    try {
      producer.send(sent).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw disobeyed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw disobeyed(e);
    }
  }

  /** A body of no bytes goes as none at all, which is a tombstone to Kafka. */
  @Override
  public void flood(String address, List<RawMessage> messages) {
    Place place = Place.of(address);
    AtomicReference<Exception> failed = new AtomicReference<>();
    for (RawMessage message : messages) {
      byte[] body = message.body().length == 0 ? null : message.body();
      var unused = // the outcome comes to the callback
          producer.send(
              written(place, message, body), (done, error) -> failed.compareAndSet(null, error));
    }
    producer.flush();
    if (failed.get() != null) {
      throw disobeyed(failed.get());
    }
  }

  private static ProducerRecord<byte[], byte[]> written(
      Place place, RawMessage message, byte @Nullable [] body) {
    ProducerRecord<byte[], byte[]> sent =
        new ProducerRecord<>(place.topic(), place.partition(), null, body);
    message.headers().forEach((name, value) -> sent.headers().add(name, bytes(value)));
    HEADERS.forEach((property, name) -> put(sent, name, message.property(property)));
    String replyTo = message.property(Property.REPLY_TO);
    Place replies = replyTo == null ? null : Place.of(replyTo);
    if (replies != null && replies.partition() != null) {
      sent.headers().remove(HEADERS.get(Property.REPLY_TO));
      put(sent, "reply_to", replies.topic());
      put(sent, REPLY_PARTITION, replies.partition().toString());
    }
    return sent;
  }

  private static void put(
      ProducerRecord<byte[], byte[]> sent, String name, @Nullable String value) {
    if (value != null) {
      sent.headers().add(name, bytes(value));
    }
  }

  private static byte @Nullable [] bytes(@Nullable Object value) {
    return value == null || value instanceof byte[]
        ? (byte[]) value
        : value.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public @Nullable RawMessage receive(String address, Duration limit) {
    Place place = Place.of(address);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(place.topic())) {
      consumer.assign(
          consumer.partitionsFor(place.topic()).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .filter(each -> place.partition() == null || each.partition() == place.partition())
              .toList());
      long until = System.nanoTime() + limit.toNanos();
      while (System.nanoTime() - until < 0) {
        ConsumerRecord<byte[], byte[]> first = oldest(consumer);
        if (first != null) {
          consumer.commitSync(
              Map.of(
                  new TopicPartition(first.topic(), first.partition()),
                  new OffsetAndMetadata(first.offset() + 1)));
          return raw(first);
        }
      }
      return null;
    }
  }

  /** Of what all partitions have, so that a test that sends one after the other sees them so. */
  private static @Nullable ConsumerRecord<byte[], byte[]> oldest(
      KafkaConsumer<byte[], byte[]> consumer) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    boolean several = consumer.assignment().size() > 1;
    ConsumerRecords<byte[], byte[]> read = consumer.poll(Duration.ofMillis(100));
    if (!several && !read.isEmpty()) {
      return read.iterator().next();
    }
    while (!read.isEmpty()) {
      read.forEach(all::add);
      read = consumer.poll(Duration.ofMillis(100));
    }
    return all.stream().min(Comparator.comparingLong(ConsumerRecord::timestamp)).orElse(null);
  }

  /** Of the queue's own group, so that what it has taken is taken. */
  private KafkaConsumer<byte[], byte[]> consumer(String group) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            servers,
            "group.id",
            group,
            "enable.auto.commit",
            false,
            "allow.auto.create.topics",
            false,
            "auto.offset.reset",
            "earliest",
            "max.poll.records",
            1,
            "fetch.max.wait.ms", // closing waits for the fetch under way
            20),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static RawMessage raw(ConsumerRecord<byte[], byte[]> read) {
    RawMessage raw = RawMessage.of(read.value());
    for (Map.Entry<Property, String> each : HEADERS.entrySet()) {
      raw = raw.with(each.getKey(), text(read, each.getValue()));
    }
    String partition = text(read, REPLY_PARTITION);
    if (partition != null) {
      raw = raw.with(Property.REPLY_TO, text(read, "reply_to") + "/" + partition);
    }
    for (Header header : read.headers()) {
      if (!HEADERS.containsValue(header.key()) && !header.key().equals(REPLY_PARTITION)) {
        raw = raw.header(header.key(), text(header));
      }
    }
    return raw;
  }

  private static @Nullable String text(ConsumerRecord<byte[], byte[]> read, String name) {
    Header header = read.headers().lastHeader(name);
    return header == null ? null : text(header);
  }

  private static @Nullable String text(Header header) {
    return header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public String openReplies() {
    String topic = "foreign-replies-" + UUID.randomUUID();
    create(topic, 1);
    return topic;
  }

  @Override
  public boolean exists(String address) {
    try {
      return get(admin.listTopics().names()).contains(Place.of(address).topic());
    } catch (ExecutionException e) {
      throw disobeyed(e);
    }
  }

  @Override
  public int longestCorrelationId() {
    return 64 * 1024;
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
  }
}
