package dev.parley.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The brokers that {@code kafka://host:9092,host:9092} names. A user and a password have no place
 * in it: they go by Kafka's own properties, see {@link ClientProperties}.
 *
 * @param servers at least one {@code host:port}, in the order given
 */
record KafkaUrl(List<String> servers) {

  private static final String SCHEME = "kafka://";
  private static final int PORT = 9092;
  private static final String SHAPE =
      "expected kafka://host:9092, with more hosts separated by commas";

  /** Reads a URL; throws {@link IllegalArgumentException} that says what is wrong with it. */
  static KafkaUrl parse(String url) {
    if (!url.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new IllegalArgumentException("broker.url does not begin with kafka://; " + SHAPE);
    }
    String rest = url.substring(SCHEME.length());
    if (rest.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "broker.url has a user in it; on Kafka it goes by kafka.client.sasl.jaas.config and"
              + " kafka.client.sasl.mechanism, with kafka.client.security.protocol = SASL_SSL");
    }
    String hosts = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    if (hosts.indexOf('/') >= 0 || hosts.indexOf('?') >= 0) {
      throw new IllegalArgumentException("broker.url has a path or a query; " + SHAPE);
    }
    List<String> servers = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      servers.add(server(host.trim()));
    }
    return new KafkaUrl(List.copyOf(servers));
  }

  private static String server(String text) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    if (text.startsWith("[") && end == 0) {
      throw new IllegalArgumentException(
          "broker.url: the IPv6 address \"" + text + "\" has no closing bracket");
    }
    String name = end < 0 ? text : text.substring(0, end);
    String port = end < 0 ? "" : text.substring(end);
    if (name.isEmpty() || name.equals("[]")) {
      throw new IllegalArgumentException("broker.url has an empty host; " + SHAPE);
    }
    return name + ":" + (port.isEmpty() ? PORT : port(port, text));
  }

  private static int port(String text, String host) {
    if (text.matches(":\\d{1,5}")) {
      int port = Integer.parseInt(text.substring(1));
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    throw new IllegalArgumentException(
        "broker.url: the port of \"" + host + "\" must be a number from 1 to 65535");
  }

  @Override
  public String toString() {
    return String.join(",", servers);
  }
}
