package dev.parley.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.conformance.Relay;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.conformance.brokers.RedisWire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Redis server of our own, which writes all to disk before it answers. */
final class RedisSite implements Site {

  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration CLOSED_SOCKET = Duration.ofSeconds(5);

  private final Optional<SmallDisk> disk = SmallDisk.mount();
  private final RealBroker server =
      RealBrokers.newRedis(
          disk.map(mounted -> new String[] {"--dir", mounted.directory().toString()})
              .orElseGet(() -> new String[0]));
  private final Ways ways = Ways.to(server.url(), HEARTBEAT);

  @Override
  public String name() {
    return "redis";
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
        url,
        "redis.heartbeat",
        HEARTBEAT.toSeconds() + "s",
        "redis.reconnect.max",
        "1s",
        "redis.claim-after",
        "3s");
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
            Ways.Spot.fromCaller("a publish", bytes("XADD")),
            Ways.Spot.toCaller("a confirm", bytes("$15\r\n")),
            Ways.Spot.fromServer("an acknowledgement", bytes("XACK")),
            Ways.Spot.fromServer("sending a reply", bytes("EVALSHA")),
            Ways.Spot.toCaller("a reply", bytes("correlation_id"))));
    return Mix.andItsParts(ofTheServer(), network, HEARTBEAT);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private List<Breakage> ofTheServer() {
    List<Breakage> all = new ArrayList<>(ofTheData());
    disk.ifPresent(mounted -> all.add(mounted.full(server, Duration.ofSeconds(1))));
    all.addAll(ofTheProcess());
    return all;
  }

  private List<Breakage> ofTheProcess() {
    return List.of(
        Breakage.of("broker kill -9", scene -> server.kill(), scene -> server.start())
            .lasting(Duration.ofSeconds(1))
            .noticedWithin(CLOSED_SOCKET),
        Breakage.of("broker down for long", scene -> server.kill(), scene -> server.start())
            .lasting(CLOSED_SOCKET.plusSeconds(1))
            .noticedWithin(CLOSED_SOCKET),
        Breakage.of("broker restart", scene -> server.stop(), scene -> server.start())
            .noticedWithin(CLOSED_SOCKET),
        Breakage.of("CLIENT KILL", scene -> server.closeAllConnections()),
        Breakage.of(
                "maxmemory", scene -> server.blockPublishers(), scene -> server.unblockPublishers())
            .lasting(Duration.ofSeconds(1)));
  }

  private List<Breakage> ofTheData() {
    return List.of(
        Breakage.of("stream deleted", scene -> server.ctl("DEL", scene.names().work()))
            .losingTheQueue(),
        Breakage.of("stream of calls deleted", scene -> server.ctl("DEL", scene.names().echo())),
        Breakage.of(
            "group deleted",
            scene -> server.ctl("XGROUP", "DESTROY", scene.names().work(), scene.names().work())),
        Breakage.of("FLUSHALL", scene -> server.ctl("FLUSHALL")).losingTheQueue(),
        Breakage.of("scripts forgotten", scene -> server.ctl("SCRIPT", "FLUSH")));
  }

  @Override
  public List<String> unsettled(Names names) throws IOException {
    List<String> unsettled = new ArrayList<>();
    try (RedisWire wire = RedisWire.connect(server.url())) {
      for (String stream : List.of(names.work(), names.echo(), names.dead())) {
        long length = Long.parseLong(wire.text("XLEN", stream));
        if (length > 0) { // what every group is done with is trimmed
          unsettled.add(length + " messages in " + stream);
        }
      }
    }
    return unsettled;
  }

  @Override
  public List<String> left() throws IOException {
    try (RedisWire wire = RedisWire.connect(server.url())) {
      return wire.text("CLIENT", "LIST").lines().filter(line -> !isOurs(line)).toList();
    }
  }

  private static boolean isOurs(String client) {
    return client.contains("cmd=client");
  }

  @Override
  public void reset(Names names) throws IOException {
    ways.restore();
    if (disk.isPresent()) {
      disk.get().free();
    }
    server.start();
    server.unblockPublishers();
    server.ctl("FLUSHALL");
    server.ctl("BGREWRITEAOF"); // or its file would grow from round to round
  }

  @Override
  public void close() {
    ways.close();
    server.close();
    disk.ifPresent(SmallDisk::close);
  }
}
