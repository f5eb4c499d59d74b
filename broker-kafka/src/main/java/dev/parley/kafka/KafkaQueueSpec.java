package dev.parley.kafka;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.TransportOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the topic behind a queue or a topic is created and read on Kafka, given to {@code declare}
 * and {@code subscribe}; ignored by other brokers. A topic that exists already is used as it is.
 *
 * <p>Immutable; each method gives a changed copy. Beside a handler the annotation {@link
 * KafkaQueue} says the same.
 */
@TransportOption("kafka")
public final class KafkaQueueSpec {

  /** As the settings say. */
  public static final KafkaQueueSpec DEFAULT = new KafkaQueueSpec(0, 0, null, null, Map.of());

  private final int partitions;
  private final int replication;
  private final @Nullable Boolean create;
  private final @Nullable Integer share;
  private final Map<String, String> configuration;

  private KafkaQueueSpec(
      int partitions,
      int replication,
      @Nullable Boolean create,
      @Nullable Integer share,
      Map<String, String> configuration) {
    this.partitions = partitions;
    this.replication = replication;
    this.create = create;
    this.share = share;
    this.configuration = configuration;
  }

  /**
   * Created with so many partitions.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public KafkaQueueSpec partitions(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("partitions must be 1 or more, was " + number);
    }
    return new KafkaQueueSpec(number, replication, create, share, configuration);
  }

  /**
   * Created with so many copies, each on a broker of its own.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public KafkaQueueSpec replication(int copies) {
    if (copies < 1 || copies > Short.MAX_VALUE) {
      throw new IllegalArgumentException("replication must be from 1 to 32767, was " + copies);
    }
    return new KafkaQueueSpec(partitions, copies, create, share, configuration);
  }

  /** Created when it is missing, or not: then a missing topic is an error. */
  public KafkaQueueSpec create(boolean whenMissing) {
    return new KafkaQueueSpec(partitions, replication, whenMissing, share, configuration);
  }

  /**
   * Read as a share group by so many consumers of each instance, see {@link KafkaQueue#share}; by a
   * group of the usual kind when 0.
   *
   * @throws IllegalArgumentException if it is negative or more than 64
   */
  public KafkaQueueSpec share(int consumers) {
    if (consumers < 0 || consumers > KafkaSettings.MOST_SHARED) {
      throw new IllegalArgumentException(
          "share must be from 0 to " + KafkaSettings.MOST_SHARED + ", was " + consumers);
    }
    return new KafkaQueueSpec(partitions, replication, create, consumers, configuration);
  }

  /** Created with that configuration, such as {@code retention.ms}. */
  public KafkaQueueSpec configuration(String name, String value) {
    Map<String, String> more = new HashMap<>(configuration);
    more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
    return new KafkaQueueSpec(partitions, replication, create, share, Map.copyOf(more));
  }

  /** What the options say; what is not of this transport's is ignored. */
  static KafkaQueueSpec of(List<Object> options) {
    KafkaQueueSpec spec = DEFAULT;
    for (Object option : options) {
      if (option instanceof KafkaQueueSpec given) {
        spec = given;
      } else if (option instanceof KafkaQueue annotation) {
        spec = of(annotation);
      }
    }
    return spec;
  }

  private static KafkaQueueSpec of(KafkaQueue annotation) {
    KafkaQueueSpec spec = DEFAULT;
    if (annotation.partitions() != 0) {
      spec = spec.partitions(annotation.partitions());
    }
    if (annotation.replication() != 0) {
      spec = spec.replication(annotation.replication());
    }
    if (annotation.create() != KafkaQueue.Creation.CONFIGURED) {
      spec = spec.create(annotation.create() == KafkaQueue.Creation.CREATE);
    }
    if (annotation.share() != -1) {
      spec = spec.share(annotation.share());
    }
    for (String entry : annotation.configuration()) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "configuration of @KafkaQueue must be name=value, was \"" + entry + "\"");
      }
      spec =
          spec.configuration(entry.substring(0, equals).trim(), entry.substring(equals + 1).trim());
    }
    return spec;
  }

  int partitions() {
    return partitions;
  }

  int replication() {
    return replication;
  }

  /** Null where the setting decides. */
  @Nullable Boolean create() {
    return create;
  }

  /** Null where the setting decides. */
  @Nullable Integer share() {
    return share;
  }

  Map<String, String> configuration() {
    return configuration;
  }

  @Override
  public String toString() {
    return "KafkaQueueSpec[partitions="
        + partitions
        + ", replication="
        + replication
        + ", create="
        + create
        + ", share="
        + share
        + ", "
        + configuration
        + "]";
  }
}
