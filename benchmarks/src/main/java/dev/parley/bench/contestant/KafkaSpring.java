package dev.parley.bench.contestant;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;
import org.springframework.kafka.support.serializer.JacksonJsonDeserializer;
import org.springframework.kafka.support.serializer.JacksonJsonSerializer;
import org.springframework.messaging.handler.annotation.SendTo;
import tools.jackson.databind.json.JsonMapper;

/**
 * Spring for Apache Kafka as its reference has it: {@code @KafkaListener} with {@code @SendTo}, and
 * {@code ReplyingKafkaTemplate}.
 */
public final class KafkaSpring implements Contestant {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final KafkaParts kafka;
  private final int lingerMillis;
  private final Closings closings = new Closings();

  /**
   * For the broker of that URL.
   *
   * @param lingerMillis 5 is what Kafka has by default
   */
  public KafkaSpring(String url, int lingerMillis) {
    this.kafka = KafkaParts.of(url);
    this.lingerMillis = lingerMillis;
  }

  @Override
  public void declare(String queue) throws Exception {
    kafka.create(queue, KafkaParts.PARTITIONS);
  }

  /** What the context needs to see {@code @KafkaListener}. */
  @Configuration
  @EnableKafka
  static class Listening {}

  /** Adds. */
  static final class Adding {
    @KafkaListener(topics = "#{@queue}", groupId = "#{@queue}")
    @SendTo
    public Integer add(Work.Add add) {
      return add.a() + add.b();
    }
  }

  /** Echoes. */
  static final class Echoing {
    @KafkaListener(topics = "#{@queue}", groupId = "#{@queue}")
    @SendTo
    public byte[] echo(byte[] body) {
      return body;
    }
  }

  @Override
  public void serve(String queue, Work work) {
    ConcurrentKafkaListenerContainerFactory<byte[], Object> containers =
        new ConcurrentKafkaListenerContainerFactory<>();
    containers.setConsumerFactory(
        new DefaultKafkaConsumerFactory<>(
            kafka.consuming(null),
            new ByteArrayDeserializer(),
            deserializer(work, Work.Add.class)));
    containers.setReplyTemplate(new KafkaTemplate<>(producers(work)));
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean("queue", String.class, () -> queue);
    context.registerBean(
        "kafkaListenerContainerFactory", KafkaListenerContainerFactory.class, () -> containers);
    context.register(Listening.class, work.isJson() ? Adding.class : Echoing.class);
    context.refresh();
    closings.first(context);
  }

  private DefaultKafkaProducerFactory<byte[], Object> producers(Work work) {
    DefaultKafkaProducerFactory<byte[], Object> factory =
        new DefaultKafkaProducerFactory<>(
            kafka.producing("all", lingerMillis), new ByteArraySerializer(), serializer(work));
    closings.last(factory::destroy);
    return factory;
  }

  @SuppressWarnings("unchecked") // bytes are all there is then
  private static Serializer<Object> serializer(Work work) {
    return work.isJson()
        ? new JacksonJsonSerializer<>()
        : (Serializer<Object>) (Serializer<?>) new ByteArraySerializer();
  }

  @SuppressWarnings("unchecked") // bytes are all there is then
  private static Deserializer<Object> deserializer(Work work, Class<?> type) {
    return work.isJson()
        ? new JacksonJsonDeserializer<Object>(JsonMapper.shared().constructType(type), false)
        : (Deserializer<Object>) (Deserializer<?>) new ByteArrayDeserializer();
  }

  @Override
  public Caller caller(String queue, Work work) throws Exception {
    ReplyingKafkaTemplate<byte[], Object, Object> template = template(work);
    return new Caller() {
      @Override
      public Object call(Object request) throws Exception {
        return callAsync(request).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }

      @Override
      public CompletableFuture<?> callAsync(Object request) {
        return template
            .sendAndReceive(new ProducerRecord<>(queue, request))
            .thenApply(ConsumerRecord::value);
      }
    };
  }

  private ReplyingKafkaTemplate<byte[], Object, Object> template(Work work) throws Exception {
    String inbox = "replies-" + UUID.randomUUID();
    kafka.create(inbox, 1);
    ContainerProperties properties = new ContainerProperties(inbox);
    properties.setGroupId(inbox);
    KafkaMessageListenerContainer<byte[], Object> replies =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(
                kafka.consuming(null),
                new ByteArrayDeserializer(),
                deserializer(work, Integer.class)),
            properties);
    ReplyingKafkaTemplate<byte[], Object, Object> template =
        new ReplyingKafkaTemplate<>(producers(work), replies);
    template.setDefaultReplyTimeout(LIMIT);
    template.afterPropertiesSet();
    template.start();
    closings.first(template::destroy);
    if (!template.waitForAssignment(LIMIT)) {
      throw new IllegalStateException("The reply container got no partition");
    }
    return template;
  }

  @Override
  public Sender sender(String queue) {
    KafkaTemplate<byte[], Object> template = new KafkaTemplate<>(producers(new Work(1)));
    return body -> template.send(queue, body);
  }

  @Override
  public void consume(String queue, Runnable handled) {
    ContainerProperties properties = new ContainerProperties(queue);
    properties.setGroupId(queue);
    properties.setMessageListener(
        new MessageListener<byte[], Object>() {
          @Override
          public void onMessage(@Nullable ConsumerRecord<byte[], Object> message) {
            handled.run();
          }
        });
    KafkaMessageListenerContainer<byte[], Object> container =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(
                kafka.consuming(null),
                new ByteArrayDeserializer(),
                deserializer(new Work(1), byte[].class)),
            properties);
    container.start();
    closings.first(container::stop);
  }

  @Override
  public void close() throws IOException {
    closings.close();
  }
}
