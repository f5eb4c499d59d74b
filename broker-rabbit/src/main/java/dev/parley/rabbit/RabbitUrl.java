package dev.parley.rabbit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The parts of {@code amqp[s]://user:password@host:port,host:port/vhost}.
 *
 * <p>User, password and virtual host are percent-decoded, as the RabbitMQ URI specification asks;
 * unlike there, a lone {@code /} at the end means the virtual host {@code /} and not the empty one.
 * No message of this class, nor its {@link #toString}, holds the password.
 *
 * @param tls whether the scheme is {@code amqps}
 * @param hosts at least one, in the order given
 */
record RabbitUrl(boolean tls, List<Host> hosts, String user, String password, String virtualHost) {

  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;
  private static final String SHAPE =
      "expected amqp://user:password@host:5672/vhost, or amqps, with more hosts separated by commas";

  /** A name or an address, and a port. */
  record Host(String name, int port) {
    @Override
    public String toString() {
      return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
    }
  }

  /** Reads a URL; throws {@link IllegalArgumentException} that says what is wrong with it. */
  static RabbitUrl parse(String url) {
    int colon = url.indexOf("://");
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("amqp") && !scheme.equals("amqps")) {
      throw new IllegalArgumentException("broker.url has the scheme \"" + scheme + "\"; " + SHAPE);
    }
    boolean tls = scheme.equals("amqps");
    String rest = url.substring(colon + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    int at = authority.lastIndexOf('@');
    String credentials = at < 0 ? "guest:guest" : authority.substring(0, at);
    int separator = credentials.indexOf(':');
    if (separator < 0) {
      throw new IllegalArgumentException("broker.url has a user but no password; " + SHAPE);
    }
    return new RabbitUrl(
        tls,
        hosts(authority.substring(at + 1), tls ? TLS_PORT : PORT),
        decode(credentials.substring(0, separator), "the user"),
        decode(credentials.substring(separator + 1), "the password"),
        virtualHost(slash < 0 ? "" : rest.substring(slash + 1)));
  }

  private static List<Host> hosts(String text, int defaultPort) {
    List<Host> hosts = new ArrayList<>();
    for (String host : text.split(",", -1)) {
      hosts.add(host(host.trim(), defaultPort));
    }
    return List.copyOf(hosts);
  }

  private static Host host(String text, int defaultPort) {
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
    String bare = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    return new Host(bare, port.isEmpty() ? defaultPort : port(port, text));
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

  private static String virtualHost(String path) {
    int query = path.indexOf('?');
    if (query >= 0) {
      throw new IllegalArgumentException(
          "broker.url has parameters after \"?\"; configure them as settings, as in"
              + " rabbit.heartbeat=5s");
    }
    if (path.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "broker.url: the virtual host \"" + path + "\" contains a slash; write it as %2F");
    }
    return path.isEmpty() ? "/" : decode(path, "the virtual host");
  }

  private static String decode(String text, String what) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(octet(text, i, what));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int octet(String text, int at, String what) {
    int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
    int low = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
    if (high < 0 || low < 0) {
      throw new IllegalArgumentException(
          "broker.url: "
              + what
              + " contains a % that is not followed by two hexadecimal digits; write % as %25");
    }
    return high * 16 + low;
  }

  @Override
  public String toString() {
    return (tls ? "amqps://" : "amqp://") + user + "@" + hosts + " virtual host " + virtualHost;
  }
}
