package dev.parley.conformance.brokers;

import java.net.URL;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Connection;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHostNode;
import org.jspecify.annotations.Nullable;

/**
 * Apache Qpid Broker-J inside this JVM: the last resort, a real AMQP 0-9-1 broker that needs
 * nothing but its jars. It keeps everything in memory and writes no file.
 *
 * <p>Any thread may call; Qpid does its own locking.
 */
final class EmbeddedQpid implements RealBroker {
  private static final String NO_ARGUMENT = "Broker-J refuses the queue argument";
  private static final long CLOSE_LIMIT_SECONDS = 10;

  private final OpenBrokers.Resource launcher;
  private final Broker<?> broker;
  private final String url;
  private final String version;

  private EmbeddedQpid(OpenBrokers.Resource launcher, Broker<?> broker, int port) {
    this.launcher = launcher;
    this.url = AmqpServer.url(LocalPorts.LOOPBACK, port);
    this.version = version(broker);
    this.broker = broker;
  }

  static BrokerSource source() {
    return new BrokerSource() {
      @Override
      public String word() {
        return "qpid";
      }

      @Override
      public RealBroker start(OptionalInt port) {
        return launch(port);
      }
    };
  }

  static EmbeddedQpid launch(OptionalInt wanted) {
    int port = LocalPorts.take(wanted);
    Startup startup = new Startup();
    SystemLauncher launcher = new SystemLauncher(startup);
    OpenBrokers.Resource resource = launcher::shutdown;
    OpenBrokers.add(resource);
    try {
      launcher.startup(attributes(port));
      EmbeddedQpid qpid = new EmbeddedQpid(resource, startup.broker(), port);
      AmqpServer.at(qpid.url()); // Broker-J starts without its port when that is taken
      return qpid;
    } catch (Exception e) { // declared by Qpid
      OpenBrokers.close(resource);
      throw new RealBrokerException("Apache Qpid Broker-J did not start: " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> attributes(int port) {
    URL configuration = EmbeddedQpid.class.getResource("qpid-broker.json");
    Map<String, Object> attributes = new HashMap<>();
    attributes.put(SystemConfig.TYPE, "Memory");
    attributes.put(
        SystemConfig.INITIAL_CONFIGURATION_LOCATION,
        Objects.requireNonNull(configuration, "qpid-broker.json is not in this jar").toString());
    attributes.put(SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, false);
    // The default keeps a file in the working directory.
    attributes.put("preferenceStoreAttributes", Map.of("type", "Noop"));
    attributes.put(SystemConfig.CONTEXT, Map.of("parley.port", String.valueOf(port)));
    return attributes;
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public String servedBy() {
    return "Apache Qpid Broker-J%s inside this JVM".formatted(version);
  }

  /** Broker-J reads it from the manifest of its jar, which a jar with everything in it lacks. */
  private static String version(Broker<?> broker) {
    String version = broker.getProductVersion();
    return Character.isDigit(version.charAt(0)) ? " " + version : "";
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    Map<BrokerCapability, String> missing = new EnumMap<>(BrokerCapability.class);
    missing.put(BrokerCapability.RESTART, "it keeps its queues in memory only");
    missing.put(BrokerCapability.KILL, "it runs inside the JVM of the tests");
    missing.put(BrokerCapability.BLOCK_PUBLISHERS, "it has no memory alarm that can be set off");
    missing.put(BrokerCapability.CTL, "it has no rabbitmqctl");
    missing.put(BrokerCapability.DIRECT_REPLY_TO, "an extension of RabbitMQ");
    missing.put(BrokerCapability.QUEUE_TYPES, NO_ARGUMENT);
    missing.put(BrokerCapability.QUEUE_TIME_TO_LIVE, NO_ARGUMENT);
    missing.put(BrokerCapability.DEAD_LETTER_EXCHANGE, NO_ARGUMENT);
    missing.put(BrokerCapability.QUEUE_ARGUMENTS, NO_ARGUMENT);
    missing.put(BrokerCapability.RESERVED_NAMES, "it declares them as any other");
    missing.put(BrokerCapability.MESSAGE_ROUTING, "extensions of RabbitMQ");
    missing.put(BrokerCapability.DEEP_HEADERS, "its stack overflows, and it ends the JVM");
    missing.put(BrokerCapability.CONSUMER_CANCEL_NOTIFICATION, "it never sends basic.cancel");
    missing.put(BrokerCapability.RETURN_BEFORE_CONFIRM, "it sends a nack and then the return");
    return missing;
  }

  @Override
  public void closeAllConnections() {
    CompletableFuture.allOf(
            connections().stream().map(Connection::closeAsync).toArray(CompletableFuture[]::new))
        .orTimeout(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  private List<? extends Connection<?>> connections() {
    return broker.getVirtualHostNodes().stream()
        .map(VirtualHostNode::getVirtualHost)
        .filter(Objects::nonNull)
        .flatMap(host -> host.getConnections().stream())
        .toList();
  }

  @Override
  public void close() {
    OpenBrokers.close(launcher);
  }

  /** Qpid reports the outcome of a start to a listener, not to the caller. Used by one thread. */
  private static final class Startup extends DefaultSystemLauncherListener {
    private @Nullable SystemConfig<?> config;
    private @Nullable RuntimeException failure;

    @Override
    public void onContainerResolve(SystemConfig<?> systemConfig) {
      config = systemConfig;
    }

    @Override
    public void errorOnStartup(RuntimeException e) {
      failure = e;
    }

    Broker<?> broker() {
      if (config == null || !(config.getContainer() instanceof Broker<?> broker)) {
        throw new RealBrokerException("no broker was made", failure);
      }
      return broker;
    }
  }
}
