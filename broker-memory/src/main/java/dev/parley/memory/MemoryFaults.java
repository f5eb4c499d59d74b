package dev.parley.memory;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.Outgoing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in an in-memory broker, on demand.
 *
 * <p>A fault for "the next" message waits until that message is sent, strikes once, and is used up;
 * of several that fit, the one asked for first strikes. A name is that of a queue, a topic or a
 * reply address, which for a call is private; faults of other messages can be chosen with a
 * predicate, which must not throw. Any thread may call it; the list of faults is guarded by this
 * object.
 */
public final class MemoryFaults {

  /** What happens to a message. */
  public enum Fault {
    /** It is confirmed to its sender, and lost. */
    DROP,
    /** It arrives twice. */
    DUPLICATE,
    /** It is refused. */
    REFUSE,
    /** It arrives, but its sender is told that nobody knows. */
    LOSE_CONFIRM
  }

  record Rule(Predicate<Outgoing> which, @Nullable Fault fault, Duration delay, boolean once) {}

  private final Space space;
  private final ArrayDeque<Rule> rules = new ArrayDeque<>();
  private volatile boolean any; // so that a send without faults takes no lock

  MemoryFaults(Space space) {
    this.space = space;
  }

  /** The next message to that queue, topic or reply address is confirmed, and lost. */
  public void dropNext(String name) {
    next(to(name), Fault.DROP);
  }

  /** The next message to that queue, topic or reply address arrives twice. */
  public void duplicateNext(String name) {
    next(to(name), Fault.DUPLICATE);
  }

  /** The next message to that queue, topic or reply address arrives that much later. */
  public void delayNext(String name, Duration delay) {
    delayNext(to(name), delay);
  }

  /** The next message to that queue, topic or reply address is refused. */
  public void refuseNext(String name) {
    next(to(name), Fault.REFUSE);
  }

  /** The next reply of a handler of that queue or topic is confirmed, and lost. */
  public void dropNextReply(String name) {
    requireNonNull(name, "name");
    next(
        message ->
            message.answers() instanceof MemoryDelivery request
                && request.listening().queue().source().name().equals(name),
        Fault.DROP);
  }

  /** Every message to that queue, topic or reply address is refused, until {@link #clear()}. */
  public void refuse(String name) {
    add(new Rule(to(name), Fault.REFUSE, Duration.ZERO, false));
  }

  /** The fault strikes the next message that fits. */
  public void next(Predicate<Outgoing> which, Fault fault) {
    add(new Rule(which, requireNonNull(fault, "fault"), Duration.ZERO, true));
  }

  /** The next message that fits arrives that much later. */
  public void delayNext(Predicate<Outgoing> which, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must be 0 or more, was " + delay);
    }
    add(new Rule(which, null, delay, true));
  }

  /**
   * Messages arrive, but their senders hear of it only after {@link #releaseConfirms()}, or at
   * their deadline that nobody knows.
   */
  public void holdConfirms() {
    space.hold();
  }

  /** Confirms what was held, and holds no more. */
  public void releaseConfirms() {
    space.release();
  }

  /**
   * Cuts the connections of all clients, which are back at once: unsettled deliveries are lost to
   * their holders and return to their queues, private reply addresses are replaced by others, and
   * sends whose confirms are held end unknown.
   */
  public void cut() {
    space.cut();
  }

  /** Takes back every fault that has not struck, and releases confirms. */
  public void clear() {
    synchronized (this) {
      rules.clear();
      any = false;
    }
    releaseConfirms();
  }

  private static Predicate<Outgoing> to(String name) {
    requireNonNull(name, "name");
    return message -> message.to().name().equals(name);
  }

  private synchronized void add(Rule rule) {
    requireNonNull(rule.which(), "which");
    rules.add(rule);
    any = true;
  }

  /** The fault that strikes this message; null nearly always. */
  @Nullable Rule strike(Outgoing message) {
    return any ? find(message) : null;
  }

  private synchronized @Nullable Rule find(Outgoing message) {
    for (Iterator<Rule> each = rules.iterator(); each.hasNext(); ) {
      Rule rule = each.next();
      if (rule.which().test(message)) {
        if (rule.once()) {
          each.remove();
          any = !rules.isEmpty();
        }
        return rule;
      }
    }
    return null;
  }
}
