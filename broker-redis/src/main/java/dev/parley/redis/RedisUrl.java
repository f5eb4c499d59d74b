package dev.parley.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, in Lettuce's own URL forms. No message of this class, nor its {@link #toString},
 * holds the password.
 *
 * @param cluster whether the servers are nodes of a cluster
 * @param uris at least one; more than one for a cluster only
 */
record RedisUrl(boolean cluster, List<RedisURI> uris) {

  static final Set<String> SCHEMES =
      Set.of(
          "redis",
          "rediss",
          "redis-sentinel",
          "rediss-sentinel",
          "redis-cluster",
          "rediss-cluster");

  private static final String SHAPE =
      "expected redis://user:password@host:6379/database, rediss:// for TLS,"
          + " redis-sentinel://password@host:26379,host:26379/database#master, or"
          + " redis-cluster://user:password@host:6379,host:6379";

  /** Reads a URL; throws {@link IllegalArgumentException} that says what is wrong with it. */
  static RedisUrl parse(String url, String clientName, Duration timeout) {
    int colon = url.indexOf("://");
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      throw new IllegalArgumentException("broker.url has the scheme \"" + scheme + "\"; " + SHAPE);
    }
    boolean cluster = scheme.endsWith("-cluster");
    List<RedisURI> uris = new ArrayList<>();
    if (cluster) {
      String single = scheme.substring(0, scheme.length() - "-cluster".length());
      for (String node : nodes(url.substring(colon + 3))) {
        uris.add(uri(single + "://" + node));
      }
    } else {
      uris.add(uri(scheme + url.substring(colon)));
    }
    for (RedisURI uri : uris) {
      uri.setClientName(clientName.replaceAll("[^!-~]", "_")); // Redis allows nothing else there
      uri.setTimeout(timeout);
      uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(timeout));
    }
    return new RedisUrl(cluster, List.copyOf(uris));
  }

  /** Each node of a cluster with the credentials of all. */
  private static List<String> nodes(String rest) {
    int at = rest.lastIndexOf('@');
    String credentials = at < 0 ? "" : rest.substring(0, at + 1);
    String hosts = rest.substring(at + 1);
    int end = hosts.indexOf('/');
    if (end >= 0 && end < hosts.length() - 1) {
      throw new IllegalArgumentException(
          "broker.url: a cluster has no databases, so nothing may follow the hosts; " + SHAPE);
    }
    List<String> nodes = new ArrayList<>();
    for (String host : (end < 0 ? hosts : hosts.substring(0, end)).split(",", -1)) {
      nodes.add(credentials + host.trim());
    }
    return nodes;
  }

  private static RedisURI uri(String url) {
    try {
      RedisURI uri = RedisURI.create(url);
      if (uri.getSentinels().isEmpty() && !isHost(uri.getHost())) {
        throw new IllegalArgumentException("broker.url has no host");
      }
      return uri;
    } catch (IllegalArgumentException e) {
      // Neither its message nor itself as the cause: both repeat the address with its password.
      throw new IllegalArgumentException("broker.url is not understood; " + SHAPE);
    }
  }

  /** Lettuce takes a port that is no number for a part of the name. */
  private static boolean isHost(@Nullable String host) {
    boolean isPortInIt =
        host != null && host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':');
    return host != null && !host.isEmpty() && !isPortInIt; // an IPv6 address has more colons
  }

  @Override
  public String toString() {
    List<String> servers = new ArrayList<>();
    for (RedisURI uri : uris) {
      if (uri.getSentinels().isEmpty()) {
        servers.add(uri.getHost() + ":" + uri.getPort());
      }
      uri.getSentinels().forEach(s -> servers.add("sentinel " + s.getHost() + ":" + s.getPort()));
    }
    return String.join(", ", servers);
  }
}
