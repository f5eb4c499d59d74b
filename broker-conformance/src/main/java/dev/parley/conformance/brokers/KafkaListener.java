package dev.parley.conformance.brokers;

/**
 * A further way into a Kafka server. Kafka tells its clients where to connect, so a way that leads
 * elsewhere first needs a listener that says so.
 *
 * @param name of capital letters
 * @param protocol {@code PLAINTEXT} or {@code SASL_SSL}, say
 * @param port where the server listens
 * @param advertisedPort where it tells its clients to connect
 */
public record KafkaListener(String name, String protocol, int port, int advertisedPort) {

  /** A listener on free ports; another must listen on the advertised one, and lead to it. */
  public static KafkaListener behindRelay(String name) {
    return new KafkaListener(name, "PLAINTEXT", LocalPorts.free(), LocalPorts.free());
  }

  /** A listener that clients connect to directly, on a free port of this machine. */
  public static KafkaListener direct(String name, String protocol) {
    int port = LocalPorts.free();
    return new KafkaListener(name, protocol, port, port);
  }

  String bound() {
    return ",%s://127.0.0.1:%d".formatted(name, port);
  }

  String advertised() {
    return ",%s://127.0.0.1:%d".formatted(name, advertisedPort);
  }

  String secured() {
    return ",%s:%s".formatted(name, protocol);
  }
}
