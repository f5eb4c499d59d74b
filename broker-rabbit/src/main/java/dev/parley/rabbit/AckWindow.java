package dev.parley.rabbit;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which delivery tags of a channel are settled: everything up to a prefix, and some runs beyond. It
 * grows with the gaps between them, which are unsettled, and not with what is settled.
 *
 * <p>An acknowledgement of many at once is only right below the prefix. Confined to the settling
 * thread, but for the prefix, which any thread may read.
 */
final class AckWindow {

  private final TreeMap<Long, Long> beyond = new TreeMap<>(); // from the first tag to the last
  private volatile long prefix;

  /** The tag is settled. */
  void settled(long tag) {
    Map.Entry<Long, Long> before = beyond.lowerEntry(tag);
    boolean joins = before != null && before.getValue() == tag - 1;
    Long after = beyond.remove(tag + 1);
    long last = after == null ? tag : after;
    if (tag == prefix + 1) {
      prefix = last;
    } else {
      beyond.put(joins ? before.getKey() : Long.valueOf(tag), last);
    }
  }

  /** Every tag up to this one is settled. */
  long prefix() {
    return prefix;
  }

  /** Acknowledges settled tags: all those up to the prefix at once, and each beyond it. */
  void acknowledge(List<Long> tags, Channel channel) throws IOException {
    long upTo = prefix;
    long last = 0;
    for (long tag : tags) {
      if (tag > upTo) {
        channel.basicAck(tag, false);
      } else {
        last = Math.max(last, tag);
      }
    }
    if (last > 0) {
      channel.basicAck(last, true);
    }
  }
}
