package dev.parley.kafka;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.ConfigurationException;
import dev.parley.ErrorCode;
import dev.parley.conformance.brokers.RealBrokers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is Kafka's own: its headers, partitions and topics, and clients of other makes. */
@Timeout(90)
class KafkaInteroperationTest {

  private final String prefix = "i" + UUID.randomUUID().toString().substring(0, 8) + ".";
  private final List<Broker> brokers = new ArrayList<>();
  private final RawKafka raw = new RawKafka(RealBrokers.kafka().url());

  @AfterEach
  void close() {
    brokers.forEach(Broker::close);
    raw.close();
  }

  private Broker broker(String... settings) {
    Broker.Builder builder = Broker.builder().url(RealBrokers.kafka().url());
    for (int i = 0; i < settings.length; i += 2) {
      builder.setting(settings[i], settings[i + 1]);
    }
    Broker broker = builder.build();
    brokers.add(broker);
    return broker;
  }

  private static byte @Nullable [] header(ConsumerRecord<byte[], byte[]> read, String name) {
    return read.headers().lastHeader(name) == null ? null : read.headers().lastHeader(name).value();
  }

  @Test
  void aRequestOfASpringTemplateIsAnsweredWhereItSaysByteForByte() throws Exception {
    String queue = prefix + "spring";
    String replies = prefix + "spring-replies";
    raw.create(replies, 3);
    Broker server = broker();
    server.subscribe(queue, String.class, body -> body + "!");
    server.start();
    byte[] correlation = {0, -1, 127, -128, 10};
    ProducerRecord<byte[], byte[]> request =
        new ProducerRecord<>(queue, "k".getBytes(UTF_8), "hello".getBytes(UTF_8));
    request.headers().add("kafka_replyTopic", replies.getBytes(UTF_8));
    request.headers().add("kafka_replyPartition", ByteBuffer.allocate(4).putInt(2).array());
    request.headers().add("kafka_correlationId", correlation);
    request.headers().add("__TypeId__", "com.example.Hostile".getBytes(UTF_8));

    raw.send(request);

    ConsumerRecord<byte[], byte[]> reply = raw.read(replies, 1).get(0);
    assertThat(new String(reply.value(), UTF_8)).isEqualTo("hello!");
    assertThat(reply.partition()).isEqualTo(2);
    assertThat(reply.key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(header(reply, "kafka_correlationId")).isEqualTo(correlation);
  }

  @Test
  void requestsCarryTheHeadersOfSpringWhenThatIsConfigured() throws Exception {
    String queue = prefix + "to-spring";
    raw.create(queue, 1);
    Broker client = broker("kafka.spring-headers", "true");

    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class));

    ConsumerRecord<byte[], byte[]> request = raw.read(queue, 1).get(0);
    byte[] partition = header(request, "kafka_replyPartition");
    ProducerRecord<byte[], byte[]> reply =
        new ProducerRecord<>(
            new String(header(request, "kafka_replyTopic"), UTF_8),
            ByteBuffer.wrap(partition).getInt(),
            null,
            "y".getBytes(UTF_8));
    reply.headers().add("kafka_correlationId", header(request, "kafka_correlationId"));
    raw.send(reply);
    assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("y");
  }

  @Test
  void aRequestFromAShellIsAnsweredInATopicThatExists() throws Exception {
    String queue = prefix + "rpc_queue";
    String replies = prefix + "shell-replies";
    raw.create(replies, 1);
    Broker server = broker();
    server.subscribe(queue, Integer.class, n -> n * 2);
    server.start();
    ProducerRecord<byte[], byte[]> request = new ProducerRecord<>(queue, "30".getBytes(UTF_8));
    request.headers().add("reply_to", replies.getBytes(UTF_8));
    request.headers().add("correlation_id", "7".getBytes(UTF_8));

    raw.send(request);

    ConsumerRecord<byte[], byte[]> reply = raw.read(replies, 1).get(0);
    assertThat(new String(reply.value(), UTF_8)).isEqualTo("60");
    assertThat(header(reply, "correlation_id")).isEqualTo("7".getBytes(UTF_8));
  }

  @Test
  void hostileReplyAddressesCreateNothingAndHoldNobodyUp() throws Exception {
    String queue = prefix + "hostile";
    Broker server = broker();
    server.subscribe(queue, String.class, body -> body);
    server.start();
    Set<String> before = raw.topics();
    String[][] hostile = {
      {prefix + "nowhere", null},
      {"no such/topic \u0000", null},
      {"x".repeat(10_000), null},
      {queue, "99999"},
      {queue, "-1"},
      {queue, "999999999999999999999"}
    };
    for (String[] address : hostile) {
      ProducerRecord<byte[], byte[]> request = new ProducerRecord<>(queue, "x".getBytes(UTF_8));
      request.headers().add("reply_to", address[0].getBytes(UTF_8));
      if (address[1] != null) {
        request.headers().add("reply_partition", address[1].getBytes(UTF_8));
      }
      raw.send(request);
    }

    Broker client = broker();
    assertThat(client.publish("still there", to(queue).callback(String.class)))
        .isEqualTo("still there");
    Set<String> after = raw.topics();
    after.removeAll(before);
    assertThat(after).isSubsetOf("parley.replies");
  }

  @Test
  void aMessageGoesToTheChosenPartitionAndToNoOther() throws Exception {
    String queue = prefix + "partitioned";
    Broker client = broker();
    client.declare(queue, KafkaQueueSpec.DEFAULT.partitions(3));

    client.publish("x", to(queue).with(KafkaPublish.partition(2)));

    assertThat(raw.read(queue, 1).get(0).partition()).isEqualTo(2);
    assertThatThrownBy(() -> client.publish("x", to(queue).with(KafkaPublish.partition(3))))
        .isInstanceOfSatisfying(
            BrokerException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NO_HANDLER))
        .hasMessageContaining("partition 3");
  }

  @Test
  void oneMissingTopicIsAnErrorWhereNoneIsToBeCreated() throws Exception {
    Broker server = broker("kafka.create", "false", "start.timeout", "2s");
    server.subscribe(prefix + "required", String.class, body -> body);

    assertThatThrownBy(server::start).isInstanceOf(BrokerException.class);

    assertThat(raw.topics()).doesNotContain(prefix + "required");
  }

  @Test
  void misspeltAndForbiddenPropertiesOfTheClientAreReportedTogether() {
    assertThatThrownBy(
            () ->
                broker(
                    "kafka.client.lingerms", "3",
                    "kafka.client.enable.auto.commit", "true",
                    "kafka.client.compression.type", "lz4"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("kafka.client.lingerms")
        .hasMessageContaining("did you mean linger.ms?")
        .hasMessageContaining("kafka.client.enable.auto.commit")
        .hasMessageNotContaining("compression.type");
  }
}
