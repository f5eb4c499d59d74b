package dev.parley.conformance.brokers;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The kinds of brokers that can be started, by the names that people use for them. */
final class BrokerKinds {
  private static final SortedMap<String, BrokerLauncher> LAUNCHERS =
      table(
          new BrokerLauncher(
              "kafka",
              ExternalKafka::at,
              List.of(DockerKafka.source(), EmbeddedKafka.source()),
              TestSettings.ofThisProcess()),
          new BrokerLauncher(
              "rabbit",
              ExternalRabbit::at,
              List.of(DockerRabbit.source(), InstalledRabbit.source(), EmbeddedQpid.source()),
              TestSettings.ofThisProcess()),
          new BrokerLauncher(
              "redis",
              ExternalRedis::at,
              List.of(
                  DockerRedis.source(),
                  PrivateRedis.source("installed", RedisProgram::installed),
                  PrivateRedis.source("embedded", RedisProgram::embedded)),
              TestSettings.ofThisProcess()));

  private BrokerKinds() {}

  static Iterable<String> names() {
    return LAUNCHERS.keySet();
  }

  /** Throws {@link IllegalArgumentException} naming the known kinds when there is no such kind. */
  static BrokerLauncher launcher(String name) {
    BrokerLauncher launcher = LAUNCHERS.get(name);
    if (launcher == null) {
      throw new IllegalArgumentException(
          "\"%s\" is no broker that can be started; known are: %s"
              .formatted(name, String.join(", ", names())));
    }
    return launcher;
  }

  private static SortedMap<String, BrokerLauncher> table(BrokerLauncher... launchers) {
    SortedMap<String, BrokerLauncher> table = new TreeMap<>();
    for (BrokerLauncher launcher : launchers) {
      table.put(launcher.name(), launcher);
    }
    return table;
  }
}
