package dev.parley.faults;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.parley.conformance.Relay;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A RabbitMQ node of our own. */
final class RabbitSite implements Site {

  private static final Duration HEARTBEAT = Duration.ofSeconds(2);
  private static final Duration CLOSED_SOCKET = Duration.ofSeconds(5);

  /** Class and method of AMQP 0-9-1, as they are at the beginning of a frame's payload. */
  private static final byte[] BASIC_PUBLISH = {0, 60, 0, 40};

  private static final byte[] BASIC_DELIVER = {0, 60, 0, 60};
  private static final byte[] BASIC_ACK = {0, 60, 0, 80};

  /** What the names of the queues begin with that all of Parley keeps delayed messages in. */
  private static final String DELAY = "parley.delay.";

  /**
   * Prints what each queue has, and, where that is moved on, what it has still to move; then how
   * many connections and channels there are.
   */
  private static final String LOOK =
      """
      [io:format("queue ~ts ~p ~p~n", [element(4, proplists:get_value(name, I)), \
      proplists:get_value(messages, I), proplists:get_value(messages_ready, I)]) || I <- \
      rabbit_amqqueue:info_all(<<"/">>, [name, messages, messages_ready])], \
      io:format("clients ~p ~p~n", [length(rabbit_networking:connections()), \
      length(rabbit_channel:list())]).""";

  /** The log of quorum queues is far larger else than the small disk. */
  private static final String SPARING = "raft.wal_max_size_bytes = 16777216";

  private final Optional<SmallDisk> disk;
  private final RealBroker server;
  private final Ways ways;

  private RabbitSite(Optional<SmallDisk> disk) {
    this.disk = disk;
    this.server =
        disk.map(mounted -> RealBrokers.newRabbit(mounted.directory(), SPARING))
            .orElseGet(RealBrokers::newRabbit);
    this.ways = Ways.to(server.url(), HEARTBEAT);
  }

  /** On a small disk, where one can be had, which can be full. */
  static RabbitSite toBeBroken() {
    return new RabbitSite(SmallDisk.mount());
  }

  /** On the disk of this machine. */
  static RabbitSite toBeLoaded() {
    return new RabbitSite(Optional.empty());
  }

  @Override
  public String name() {
    return "rabbit";
  }

  @Override
  public Map<String, String> callerSettings() {
    return settings(ways.caller());
  }

  @Override
  public Map<String, String> serverSettings() {
    return settings(ways.server());
  }

  private Map<String, String> settings(Relay way) {
    String url = Ways.by(way, server.url());
    return Quick.settings(
        url, "rabbit.heartbeat", HEARTBEAT.toSeconds() + "s", "rabbit.reconnect.max", "1s");
  }

  @Override
  public Map<String, String> directSettings() {
    return Quick.settings(server.url());
  }

  @Override
  public List<Breakage> breakages() {
    List<Breakage> network = new ArrayList<>(ways.breakages());
    network.addAll(
        ways.tears(
            Ways.Spot.fromCaller("a publish", BASIC_PUBLISH),
            Ways.Spot.toCaller("a confirm", BASIC_ACK),
            Ways.Spot.fromServer("an acknowledgement", BASIC_ACK),
            Ways.Spot.fromServer("sending a reply", BASIC_PUBLISH),
            Ways.Spot.toCaller("a reply", BASIC_DELIVER)));
    List<Breakage> ofTheServer = new ArrayList<>(ofTheServer());
    // A program without Parley loses confirmed messages too: see docs/faults.md.
    disk.ifPresent(
        mounted -> ofTheServer.add(mounted.full(server, Duration.ofSeconds(1)).losingTheQueue()));
    return Mix.andItsParts(ofTheServer, network, HEARTBEAT);
  }

  private List<Breakage> ofTheServer() {
    return List.of(
        Breakage.of("broker kill -9", scene -> server.kill(), scene -> server.start())
            .noticedWithin(CLOSED_SOCKET),
        Breakage.of("broker restart", scene -> server.stop(), scene -> server.start())
            .noticedWithin(CLOSED_SOCKET),
        Breakage.of("stop_app", scene -> server.ctl("stop_app"), scene -> server.ctl("start_app"))
            .noticedWithin(CLOSED_SOCKET),
        Breakage.of("close_all_connections", scene -> server.closeAllConnections()),
        Breakage.of(
                "memory alarm",
                scene -> server.blockPublishers(),
                scene -> server.unblockPublishers())
            .lasting(Duration.ofSeconds(1)),
        Breakage.of(
                "disk alarm",
                scene -> server.ctl("set_disk_free_limit", "mem_relative", "1000.0"),
                scene -> server.ctl("set_disk_free_limit", "50MB"))
            .lasting(Duration.ofSeconds(1)),
        Breakage.of("queue deleted", scene -> delete(scene.names().work())).losingTheQueue(),
        Breakage.of("queue of calls deleted", scene -> delete(scene.names().echo())));
  }

  private void delete(String... queues) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(server.url());
    factory.setAutomaticRecoveryEnabled(false);
    try (Connection connection = factory.newConnection("faults-hand");
        Channel channel = connection.createChannel()) {
      for (String queue : queues) {
        AMQP.Queue.DeleteOk deleted = channel.queueDelete(queue);
        assert deleted != null;
      }
    }
  }

  @Override
  public List<String> unsettled(Names names) {
    return server
        .ctl("eval", LOOK)
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(words -> words[0].equals("queue"))
        .filter(words -> words[1].startsWith(names.prefix()) || words[1].startsWith(DELAY))
        .filter(words -> !unsettled(words).equals("0"))
        .map(words -> unsettled(words) + " messages in " + words[1])
        .toList();
  }

  /** What RabbitMQ moved to a queue that was deleted meanwhile, it moves again minutes later. */
  private static String unsettled(String[] queue) {
    return queue[1].startsWith(DELAY) ? queue[3] : queue[2];
  }

  @Override
  public List<String> left() {
    return server
        .ctl("eval", LOOK)
        .lines()
        .filter(line -> line.startsWith("clients ") && !line.equals("clients 0 0"))
        .map(line -> line + " (connections, channels)")
        .toList();
  }

  @Override
  public void reset(Names names) throws Exception {
    ways.restore();
    if (disk.isPresent()) {
      disk.get().free();
    }
    server.start();
    server.ctl("start_app"); // a round may have failed before it did
    server.unblockPublishers();
    delete(names.work(), names.dead(), names.echo());
  }

  @Override
  public void close() {
    ways.close();
    server.close();
    disk.ifPresent(SmallDisk::close);
  }
}
