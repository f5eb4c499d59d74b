package dev.parley.conformance.brokers;

import java.io.IOException;
import java.util.List;

/** What a Redis server answers when it is asked who it is, and what tests make it suffer. */
record RedisServer(String version) {

  static String url(String host, int port) {
    return "redis://%s:%d".formatted(host, port);
  }

  /** Fails as long as the server does not answer, or is still loading its data. */
  static RedisServer at(String url) throws IOException {
    try (RedisWire wire = RedisWire.connect(url)) {
      wire.text("PING");
      String version =
          wire.text("INFO", "server")
              .lines()
              .filter(line -> line.startsWith("redis_version:"))
              .map(line -> line.substring(line.indexOf(':') + 1).trim())
              .findFirst()
              .orElse("of unknown version");
      return new RedisServer(version);
    } catch (IllegalArgumentException e) {
      throw new IOException("Not an address of Redis"); // without it, for its password
    }
  }

  /** Runs one command at that server. */
  static String run(String url, String... words) {
    try (RedisWire wire = RedisWire.connect(url)) {
      Object answer = wire.call((Object[]) words);
      return answer == null ? "" : RedisWire.string(answer);
    } catch (IOException e) {
      throw new RealBrokerException("%s failed: %s".formatted(List.of(words), e.getMessage()), e);
    }
  }

  /** Closes all connections but the one that says so. */
  static void closeAllConnections(String url) {
    for (String type : List.of("normal", "pubsub")) {
      run(url, "CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
    }
  }

  /** As if all memory were taken: whatever would need more is refused with OOM. */
  static void blockPublishers(String url) {
    run(url, "CONFIG", "SET", "maxmemory", "1");
  }

  static void unblockPublishers(String url) {
    run(url, "CONFIG", "SET", "maxmemory", "0");
  }
}
