package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import java.util.regex.Pattern;

/**
 * Decides how each message is published: to a channel, or to a stream and whether that is made. Any
 * thread.
 */
final class Publications {

  private final Pattern replyCreate;
  private final boolean cluster;

  /** So that a caller with many calls costs the regular expression once; any thread may set it. */
  private volatile String notCreated = "";

  /**
   * For one server, or a cluster.
   *
   * @param replyCreate the reply streams that are made when they are missing
   */
  Publications(Pattern replyCreate, boolean cluster) {
    this.replyCreate = replyCreate;
    this.cluster = cluster;
  }

  /**
   * The message, ready to be written.
   *
   * @throws IllegalArgumentException if it cannot be sent at all
   */
  Publication of(Outgoing out, boolean deadLetter) {
    if (Keys.isChannel(out.to().name())) {
      return new ChannelPublication(out.to(), Envelope.write(out), cluster);
    }
    int size = out.message().body().length;
    return new StreamPublication(out.to(), Fields.write(out), size, creation(out.to(), deadLetter));
  }

  private StreamPublication.Creation creation(Address to, boolean deadLetter) {
    if (deadLetter) {
      return StreamPublication.Creation.FOR_EVER;
    }
    String stream = to.name();
    if (to.kind() != Address.Kind.REPLY || stream.equals(notCreated)) {
      return StreamPublication.Creation.NEVER;
    }
    if (replyCreate.matcher(stream).matches()) {
      return StreamPublication.Creation.FOR_A_WHILE;
    }
    notCreated = stream;
    return StreamPublication.Creation.NEVER;
  }
}
