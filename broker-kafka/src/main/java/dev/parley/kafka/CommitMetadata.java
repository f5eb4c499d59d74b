package dev.parley.kafka;

import java.util.Base64;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What is committed beside an offset: of which topic it is, should one of the same name be made
 * later; which records past it are done already, and which attempt those that failed have reached.
 * Both count from the offset.
 *
 * <p>Text of at most {@value #LONGEST} characters, because Kafka takes 4,096 bytes by default:
 * {@code p1;ID;0:3,g:2;AQ==}, the topic's id, the attempts with numbers of base 36, then the done
 * ones as a bit set. What does not fit is left out, attempts first, and costs no more than a
 * repetition. Immutable.
 */
final class CommitMetadata {

  /** Of any topic; that is also what other clients commit. */
  static final CommitMetadata NOTHING = new CommitMetadata("", new TreeMap<>(), new BitSet());

  static final int LONGEST = 4_000;
  private static final int LONGEST_ATTEMPTS = 1_000;

  /** How far past the offset a done record may be and be remembered. */
  static final int REACH = (LONGEST - LONGEST_ATTEMPTS - 32) / 4 * 3 * 8;

  private static final String VERSION = "p1";
  private static final int RADIX = Character.MAX_RADIX;
  static final int MAX_ATTEMPT = 1_000_000_000;

  private final String topicId; // empty where it is not known
  private final SortedMap<Integer, Integer> attempts;
  private final BitSet done;

  private CommitMetadata(String topicId, SortedMap<Integer, Integer> attempts, BitSet done) {
    this.topicId = topicId;
    this.attempts = attempts;
    this.done = done;
  }

  /** The same topic, with these distances from the offset; neither is changed any more. */
  CommitMetadata with(SortedMap<Integer, Integer> nowAttempts, BitSet nowDone) {
    return new CommitMetadata(topicId, nowAttempts, nowDone);
  }

  /** The same, said to be of that topic. */
  CommitMetadata of(Uuid topic) {
    return new CommitMetadata(topic.toString(), attempts, done);
  }

  /** Whether it is of a topic that was deleted since, so that its offset means nothing any more. */
  boolean isOfAnother(Uuid topic) {
    return !topicId.isEmpty() && !topicId.equals(topic.toString());
  }

  /** Whether the record at that distance from the offset is done. */
  boolean isDone(long distance) {
    return distance >= 0 && distance < REACH && done.get((int) distance);
  }

  /** Which attempt the record at that distance has reached, from 1. */
  int attempt(long distance) {
    return distance > Integer.MAX_VALUE ? 1 : attempts.getOrDefault((int) distance, 1);
  }

  /**
   * Adds what is known of records at that distance and further, counted from another offset.
   *
   * @param origin how far past the offset of this the other one is
   */
  void copyFrom(long distance, long origin, SortedMap<Integer, Integer> toAttempts, BitSet toDone) {
    if (distance < 0 || distance >= Integer.MAX_VALUE) {
      return;
    }
    for (int i = done.nextSetBit((int) distance); i >= 0; i = done.nextSetBit(i + 1)) {
      toDone.set(Math.toIntExact(i - origin));
    }
    attempts
        .tailMap((int) distance)
        .forEach((at, attempt) -> toAttempts.put(Math.toIntExact(at - origin), attempt));
  }

  String encode() {
    if (topicId.isEmpty() && attempts.isEmpty() && done.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(VERSION).append(';').append(topicId).append(';');
    for (Map.Entry<Integer, Integer> entry : attempts.entrySet()) {
      if (text.length() > LONGEST_ATTEMPTS - 16) {
        break;
      }
      text.append(Integer.toString(entry.getKey(), RADIX))
          .append(':')
          .append(Integer.toString(entry.getValue(), RADIX))
          .append(',');
    }
    BitSet near = done.length() <= REACH ? done : done.get(0, REACH);
    return text.append(';')
        .append(Base64.getEncoder().withoutPadding().encodeToString(near.toByteArray()))
        .toString();
  }

  /** Reads what {@link #encode} wrote; nothing where it is of another make. */
  static CommitMetadata decode(@Nullable String text) {
    if (text == null || text.length() > LONGEST || !text.startsWith(VERSION + ";")) {
      return NOTHING;
    }
    String[] parts = text.split(";", -1);
    if (parts.length != 4) {
      return NOTHING;
    }
    try {
      return new CommitMetadata(
          parts[1], attempts(parts[2]), BitSet.valueOf(Base64.getDecoder().decode(parts[3])));
    } catch (IllegalArgumentException e) { // not ours after all, or of a later version
      return NOTHING;
    }
  }

  private static SortedMap<Integer, Integer> attempts(String text) {
    SortedMap<Integer, Integer> attempts = new TreeMap<>();
    for (String entry : text.split(",", -1)) {
      int colon = entry.indexOf(':');
      if (colon > 0) {
        int distance = Integer.parseInt(entry.substring(0, colon), RADIX);
        int attempt = Integer.parseInt(entry.substring(colon + 1), RADIX);
        if (distance >= 0 && attempt > 1 && attempt <= MAX_ATTEMPT) {
          attempts.put(distance, attempt);
        }
      }
    }
    return attempts;
  }

  @Override
  public String toString() {
    return encode();
  }
}
