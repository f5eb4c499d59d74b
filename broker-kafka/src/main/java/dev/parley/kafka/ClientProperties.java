package dev.parley.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The properties of Kafka's own clients: what this transport needs, and above it what the user has
 * configured below {@code kafka.client}. A property goes to each client that knows it. Immutable.
 */
final class ClientProperties {

  /** What the transport's promises rest on, with what to say to someone who wants to change it. */
  private static final Map<String, String> OWN =
      Map.ofEntries(
          Map.entry(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "it is what broker.url says"),
          Map.entry(CommonClientConfigs.CLIENT_ID_CONFIG, "it is the name of the broker object"),
          Map.entry(ConsumerConfig.GROUP_ID_CONFIG, "it is the name of the queue or the group"),
          Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "instances have no fixed names"),
          Map.entry(
              ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "what was handled is committed, no more"),
          Map.entry(
              ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "topics are created by declaring"),
          Map.entry(
              ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "queues and groups begin at the earliest"),
          Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "the codecs read bytes"),
          Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "the codecs read bytes"),
          Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "the codecs write bytes"),
          Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "the codecs write bytes"),
          Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "set kafka.transactions = true"),
          Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, "publishing never blocks"));

  /** What is the cluster's to say for a share group, and refused from its members. */
  private static final Set<String> NOT_SHARED =
      Set.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG,
          ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

  private final KafkaUrl url;
  private final String clientName;
  private final KafkaSettings settings;

  ClientProperties(KafkaUrl url, String clientName, KafkaSettings settings) {
    this.url = url;
    this.clientName = clientName;
    this.settings = settings;
  }

  String clientName() {
    return clientName;
  }

  /** Looks at one property of the user's; throws with what is wrong about it. */
  static void check(String name, String value) {
    String remedy = OWN.get(name);
    if (remedy != null) {
      throw new IllegalArgumentException("cannot be set by hand: " + remedy);
    }
    Set<String> known = known();
    if (!known.contains(name)) {
      throw new IllegalArgumentException(
          "is no property of Kafka's producer, consumer or admin client" + nearest(name, known));
    }
  }

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(ProducerConfig.configNames());
    known.addAll(ConsumerConfig.configNames());
    known.addAll(AdminClientConfig.configNames());
    return known;
  }

  private static String nearest(String name, Set<String> known) {
    String bare = bare(name);
    return known.stream()
        .filter(each -> bare(each).equals(bare) || bare(each).startsWith(bare))
        .findFirst()
        .map(each -> ", did you mean " + each + "?")
        .orElse("");
  }

  private static String bare(String name) {
    return name.replaceAll("[._-]", "");
  }

  Map<String, Object> producer() {
    Map<String, Object> properties = common(ProducerConfig.configNames());
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0); // and so asked again instead
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.putIfAbsent(ProducerConfig.ACKS_CONFIG, "all");
    properties.putIfAbsent(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
    properties.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.maxMessageBytes());
    return properties;
  }

  Map<String, Object> transactionalProducer(String transactionalId) {
    Map<String, Object> properties = producer();
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
    // Of a thread of its own, which may wait.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    return properties;
  }

  Map<String, Object> admin() {
    Map<String, Object> properties = common(AdminClientConfig.configNames());
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    return properties;
  }

  /** A consumer without a group, which assigns its partitions by hand. */
  Map<String, Object> consumer() {
    Map<String, Object> properties = common(ConsumerConfig.configNames());
    properties.put(
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    properties.put(
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.putIfAbsent(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        IsolationLevel.READ_COMMITTED.name().toLowerCase(java.util.Locale.ROOT));
    return properties;
  }

  Map<String, Object> consumer(String group) {
    Map<String, Object> properties = consumer();
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    if (!"consumer".equals(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
      properties.putIfAbsent(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
      properties.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
      properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 15_000);
    }
    return properties;
  }

  /** A member of a share group, with so many records in hand at most. */
  Map<String, Object> shareConsumer(String group, int most) {
    Map<String, Object> properties = consumer();
    NOT_SHARED.forEach(properties::remove);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most);
    return properties;
  }

  private Map<String, Object> common(Set<String> known) {
    Map<String, Object> properties = new HashMap<>();
    settings
        .client()
        .forEach(
            (name, value) -> {
              if (known.contains(name)) {
                properties.put(name, value);
              }
            });
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, url.toString());
    properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientName);
    // Without what it sends to the cluster about itself, each client has one thread less to do.
    properties.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    properties.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 50L);
    properties.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
    return properties;
  }

  @Override
  public String toString() {
    return "ClientProperties[" + clientName + "]"; // without values, which may be passwords
  }
}
