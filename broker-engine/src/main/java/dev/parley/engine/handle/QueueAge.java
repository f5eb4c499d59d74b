package dev.parley.engine.handle;

import dev.parley.engine.wire.TimeLimit;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long messages waited in a broker that does not tell, as well as that can be known without
 * trusting another machine's clock.
 *
 * <p>A caller's messages say when they were sent, by its clock. What that is less than our time by
 * is its age and how far the clocks are apart; the latter stays the same, and was seen alone when
 * the queue was empty. A caller that is new is as far back in the queue as the one before it. And
 * nothing waited for longer than since the queue was empty. Bounded: the caller unheard of for
 * longest is forgotten. Guarded by its monitor.
 */
final class QueueAge {

  private static final int CALLERS = 1_000;
  private static final int LONGEST_ADDRESS = 300;

  /** Our wall clock minus the caller's, in milliseconds. */
  private final Map<String, Long> apart =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > CALLERS;
        }
      };

  private boolean emptyOnce;
  private long emptyNanos;
  private boolean seenAny;
  private long lastAge;

  /** The queue was seen empty at that time, by the monotonic clock. */
  synchronized void wasEmpty(long nanos) {
    emptyOnce = true;
    emptyNanos = nanos;
  }

  /** The age of a request when it was received, in milliseconds; 0 where nothing tells. */
  synchronized long millis(Delivery delivery, long timeoutMillis, long wallMillis) {
    long sent = TimeLimit.sentMillis(delivery.message().headers());
    Address replyTo = delivery.message().replyTo();
    if (sent < 0 || replyTo == null || replyTo.name().length() > LONGEST_ADDRESS) {
      return 0;
    }
    String caller = replyTo.toString();
    long raw = wallMillis - sent;
    Long known = apart.get(caller);
    long offset = known != null ? known : offsetOfNew(raw, timeoutMillis);
    long age = Math.max(0, Math.min(raw - offset, sinceEmpty(delivery.receivedNanos())));
    apart.put(caller, raw - age);
    seenAny = true;
    lastAge = age;
    return age;
  }

  private long offsetOfNew(long raw, long timeoutMillis) {
    if (seenAny) {
      return raw - lastAge;
    }
    boolean plausible = raw >= 0 && raw <= timeoutMillis;
    return plausible ? 0 : raw;
  }

  private long sinceEmpty(long nanos) {
    return emptyOnce ? Math.max(0, (nanos - emptyNanos) / 1_000_000) : Long.MAX_VALUE;
  }
}
