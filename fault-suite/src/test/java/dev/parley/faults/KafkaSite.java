package dev.parley.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.conformance.Relay;
import dev.parley.conformance.brokers.KafkaListener;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A Kafka broker of our own, one node that is broker and controller. */
final class KafkaSite implements Site {

  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration CLOSED_SOCKET = Duration.ofSeconds(5);
  private static final long LIMIT_SECONDS = 20;

  /** So that what is done with leaves a small disk soon. */
  private static final List<String> SPARING =
      List.of(
          "log.segment.delete.delay.ms=1000",
          "log.retention.check.interval.ms=10000",
          "offsets.topic.segment.bytes=8388608");

  private final Optional<SmallDisk> disk;
  private final RealBroker kafka;
  private final Ways ways;

  private KafkaSite(Optional<SmallDisk> disk) {
    this.disk = disk;
    this.kafka =
        RealBrokers.newKafka(
            List.of(KafkaListener.behindRelay("CALLER"), KafkaListener.behindRelay("SERVER")),
            disk.map(KafkaSite::on).orElseGet(() -> new String[0]));
    this.ways = new Ways(relay(0), relay(1), HEARTBEAT);
  }

  private static String[] on(SmallDisk disk) {
    List<String> lines = new ArrayList<>(SPARING);
    lines.add("log.dirs=" + disk.directory().resolve("kafka"));
    return lines.toArray(String[]::new);
  }

  /** On a small disk, where one can be had, which can be full. */
  static KafkaSite toBeBroken() {
    return new KafkaSite(SmallDisk.mount());
  }

  /** On the disk of this machine, since Kafka keeps all that was ever sent. */
  static KafkaSite toBeLoaded() {
    return new KafkaSite(Optional.empty());
  }

  private Relay relay(int index) {
    KafkaListener behind = kafka.relayed().get(index);
    return Relay.at(behind.advertisedPort(), "127.0.0.1", behind.port());
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public Map<String, String> callerSettings() {
    return settings(ways.caller());
  }

  @Override
  public Map<String, String> serverSettings() {
    return settings(ways.server());
  }

  private static Map<String, String> settings(Relay way) {
    return Quick.settings(
        "kafka://127.0.0.1:" + way.port(),
        "kafka.health.interval",
        "1s",
        "kafka.reconnect.max",
        "1s",
        "kafka.client.session.timeout.ms",
        "6000",
        "kafka.client.heartbeat.interval.ms",
        "1500");
  }

  @Override
  public Map<String, String> directSettings() {
    return Quick.settings(kafka.url());
  }

  @Override
  public List<Breakage> breakages() {
    List<Breakage> network = new ArrayList<>(ways.breakages());
    network.addAll(
        ways.tears(
            // The names are in the heads of all requests that have to do with the topic.
            Ways.Spot.fromCaller("a publish", bytes(".work")),
            Ways.Spot.toCaller("a confirm", bytes(".work")),
            // What is committed beside an offset begins like that, and is in no other request.
            Ways.Spot.fromServer("an acknowledgement", bytes("p1;")),
            Ways.Spot.fromServer("sending a reply", bytes("correlation_id")),
            Ways.Spot.toCaller("a reply", bytes("correlation_id"))));
    return Mix.andItsParts(ofTheServer(), network, HEARTBEAT);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private List<Breakage> ofTheServer() {
    List<Breakage> all = new ArrayList<>(ofTheProcess());
    disk.ifPresent(mounted -> all.add(mounted.full(kafka, Duration.ofSeconds(2))));
    all.add(
        Breakage.of("topic deleted", scene -> delete(List.of(scene.names().work())))
            .losingTheQueue());
    all.add(Breakage.of("topic of calls deleted", scene -> delete(List.of(scene.names().echo()))));
    return all;
  }

  private List<Breakage> ofTheProcess() {
    return List.of(
        Breakage.of("broker kill -9", scene -> kafka.kill(), scene -> start())
            .noticedWithin(CLOSED_SOCKET),
        Breakage.of("broker restart", scene -> kafka.stop(), scene -> start())
            .noticedWithin(CLOSED_SOCKET));
  }

  private void start() {
    kafka.start();
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.url().substring("kafka://".length())));
  }

  private void delete(List<String> topics) throws Exception {
    try (Admin admin = admin()) {
      Set<String> present = admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      admin
          .deleteTopics(topics.stream().filter(present::contains).toList())
          .all()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public List<String> unsettled(Names names) throws Exception {
    List<String> unsettled = new ArrayList<>();
    try (Admin admin = admin()) {
      for (String queue : List.of(names.work(), names.echo(), names.dead())) {
        long lag = lag(admin, queue);
        if (lag > 0) {
          unsettled.add(lag + " messages in " + queue);
        }
      }
    }
    return unsettled;
  }

  private static long lag(Admin admin, String queue) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(queue)
            .partitionsToOffsetAndMetadata()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    Set<TopicPartition> partitions = new HashSet<>();
    admin
        .describeTopics(List.of(queue))
        .allTopicNames()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS)
        .get(queue)
        .partitions()
        .forEach(each -> partitions.add(new TopicPartition(queue, each.partition())));
    long lag = 0;
    for (TopicPartition partition : partitions) {
      long end =
          admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()))
              .partitionResult(partition)
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .offset();
      OffsetAndMetadata done = committed.get(partition);
      lag += end - (done == null ? 0 : done.offset());
    }
    return lag;
  }

  @Override
  public List<String> left() throws Exception {
    List<String> left = new ArrayList<>();
    try (Admin admin = admin()) {
      List<String> groups =
          admin
              .listGroups(ListGroupsOptions.forConsumerGroups())
              .all()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .stream()
              .map(group -> group.groupId())
              .toList();
      for (ConsumerGroupDescription group :
          admin
              .describeConsumerGroups(groups)
              .all()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .values()) {
        if (!group.members().isEmpty()) {
          left.add(group.members().size() + " members of group " + group.groupId());
        }
      }
    }
    return left;
  }

  @Override
  public void reset(Names names) throws Exception {
    ways.restore();
    if (disk.isPresent()) {
      disk.get().free();
    }
    start();
    delete(List.of(names.work(), names.echo(), names.dead()));
  }

  @Override
  public void close() {
    ways.close();
    kafka.close();
    disk.ifPresent(SmallDisk::close);
  }
}
