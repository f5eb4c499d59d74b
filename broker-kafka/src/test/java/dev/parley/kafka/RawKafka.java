package dev.parley.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's own clients, by hand. */
final class RawKafka implements AutoCloseable {

  private static final long LIMIT_SECONDS = 20;

  private final String servers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  RawKafka(String url) {
    this.servers = url.substring("kafka://".length());
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  Admin admin() {
    return admin;
  }

  Set<String> topics() throws Exception {
    return admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  void create(String topic, int partitions) throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
        .all()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  int members(String group) throws Exception {
    return admin
        .describeConsumerGroups(List.of(group))
        .describedGroups()
        .get(group)
        .get(LIMIT_SECONDS, TimeUnit.SECONDS)
        .members()
        .size();
  }

  void delete(String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  void send(ProducerRecord<byte[], byte[]> message) throws Exception {
    producer.send(message).get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** So many from the beginning of a topic, over all its partitions. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (all.size() < count && System.nanoTime() - until < 0) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
      return all;
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
  }
}
