package dev.parley.conformance.brokers;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Real brokers for tests, one of each kind for the whole JVM.
 *
 * <p>Any thread may call; the class guards the brokers. They end with the JVM.
 */
public final class RealBrokers {
  private static final Map<String, RealBroker> SHARED = new HashMap<>();
  private static final Set<String> ANNOUNCED = new HashSet<>();

  private RealBrokers() {}

  /**
   * An AMQP 0-9-1 broker, started on first use.
   *
   * <p>It is the first that works of: the one that {@code PARLEY_TEST_RABBIT_URL} names; RabbitMQ
   * in a container, where a Docker engine answers; the installed RabbitMQ, as a private node;
   * Apache Qpid Broker-J inside this JVM. One line on standard output says which it is, and what
   * was left out because of it. {@code PARLEY_TEST_RABBIT} set to {@code docker}, {@code installed}
   * or {@code qpid} forces one. Each variable may be a system property instead ({@code
   * parley.test.rabbit.url} and {@code parley.test.rabbit}).
   *
   * <p>Its {@code close} does nothing. Throws {@link RealBrokerException} when none works.
   */
  public static RealBroker rabbit() {
    return shared("rabbit");
  }

  /**
   * A broker as {@link #rabbit()} has it, for one test alone, which closes it.
   *
   * <p>The server that {@code PARLEY_TEST_RABBIT_URL} names is not for one test alone, though: with
   * that setting, this is the same server again.
   */
  public static RealBroker newRabbit() {
    return own("rabbit");
  }

  /**
   * The installed RabbitMQ as a private node, for one test alone, which closes it: with its data in
   * that directory, and further lines of its configuration ({@code "raft.wal_max_size_bytes =
   * 33554432"}).
   */
  public static RealBroker newRabbit(Path data, String... configuration) {
    return InstalledRabbit.launch(data, List.of(configuration));
  }

  /**
   * A Kafka broker, started on first use.
   *
   * <p>It is the first that works of: the one that {@code PARLEY_TEST_KAFKA_URL} names; Kafka in a
   * container, where a Docker engine answers; Kafka from the class path in a JVM of its own. One
   * line on standard output says which it is, and what was left out because of it. {@code
   * PARLEY_TEST_KAFKA} set to {@code docker} or {@code jvm} forces one. Each variable may be a
   * system property instead ({@code parley.test.kafka.url} and {@code parley.test.kafka}).
   *
   * <p>Its {@code close} does nothing. Throws {@link RealBrokerException} when none works.
   */
  public static RealBroker kafka() {
    return shared("kafka");
  }

  /**
   * A broker as {@link #kafka()} has it, for one test alone, which closes it.
   *
   * <p>The server that {@code PARLEY_TEST_KAFKA_URL} names is not for one test alone, though: with
   * that setting, this is the same server again.
   */
  public static RealBroker newKafka() {
    return own("kafka");
  }

  /**
   * A Kafka broker from the class path in a JVM of its own, for one test alone, which closes it:
   * with further listeners, and further lines of its properties ({@code
   * "listener.name.secured.sasl.enabled.mechanisms=PLAIN"}).
   */
  public static RealBroker newKafka(List<KafkaListener> listeners, String... properties) {
    return EmbeddedKafka.launch(OptionalInt.empty(), listeners, List.of(properties));
  }

  /**
   * A Redis server, started on first use.
   *
   * <p>It is the first that works of: the one that {@code PARLEY_TEST_REDIS_URL} names; Redis in a
   * container, where a Docker engine answers; the installed {@code redis-server}; the one that
   * embedded-redis carries (6.2). {@code PARLEY_TEST_REDIS} set to {@code docker}, {@code
   * installed} or {@code embedded} forces one. All else as for {@link #rabbit()}.
   */
  public static RealBroker redis() {
    return shared("redis");
  }

  /**
   * A Redis server as a process of this machine, for one test alone, with further options of its
   * command line ({@code "--requirepass", "secret"}). Its {@code close} ends it.
   *
   * <p>It is the installed one or that of embedded-redis, whatever else {@link #redis()} would
   * take.
   */
  public static RealBroker newRedis(String... options) {
    return PrivateRedis.launch(List.of(options));
  }

  /**
   * A Redis sentinel as a process of this machine, for one test alone, with lines of its
   * configuration ({@code "sentinel monitor main 127.0.0.1 6400 2"}). It is found, and ends, as
   * {@link #newRedis} does; its {@code url} is where it answers {@code SENTINEL} commands.
   */
  public static RealBroker newRedisSentinel(String... configuration) {
    return PrivateRedis.launchSentinel(List.of(configuration));
  }

  private static synchronized RealBroker shared(String name) {
    return SHARED.computeIfAbsent(name, absent -> new SharedBroker(own(absent)));
  }

  private static synchronized RealBroker own(String name) {
    BrokerLauncher.Outcome outcome = BrokerKinds.launcher(name).useOrStart();
    announce(name, outcome);
    return outcome.broker();
  }

  @SuppressWarnings("SystemOut") // for the person who runs the tests, whatever logging does
  private static void announce(String name, BrokerLauncher.Outcome outcome) {
    String line = Announcement.of(name, outcome);
    if (ANNOUNCED.add(line)) {
      System.out.println(line);
    }
  }
}
