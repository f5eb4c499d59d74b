package dev.parley.redis;

/** The names of the keys that are ours, beside the streams that users name. */
final class Keys {

  /** What the names of Pub/Sub channels begin with, where a queue could be named too. */
  static final String CHANNEL = "channel:";

  /** What the names of reply streams begin with. */
  static final String REPLY = "parley:reply:";

  /** Who holds, in every group, what was handed back. */
  static final String RELEASED = "parley:released";

  private static final String LIVE = "parley:live:";
  private static final String DUE = "parley:due:";

  private Keys() {}

  /** The sorted set of those who consume from a stream, by when they must be heard of again. */
  static String live(String stream) {
    return LIVE + stream;
  }

  /** The sorted set of entries of a stream that are retried late, by when they are due. */
  static String due(String stream) {
    return DUE + stream;
  }

  static boolean isChannel(String name) {
    return name.startsWith(CHANNEL);
  }

  static String channel(String name) {
    return name.substring(CHANNEL.length());
  }
}
