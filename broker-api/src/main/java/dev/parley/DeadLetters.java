package dev.parley;

import java.util.List;
import java.util.function.Predicate;

/**
 * The dead letters of one queue or topic, which lie in the queue of that name with {@code .dead}
 * behind it. Any thread may call it.
 *
 * <p>Both methods take letters as a consumer does and give back what is not replayed, so that other
 * consumers of the dead-letter queue see fewer of them meanwhile. They return when nothing more has
 * come for two seconds. They fail with {@link ConnectionLostException} when the dead-letter queue
 * cannot be read within {@code publish.timeout}, with {@link BrokerClosedException}, and with
 * {@link ErrorCode#CANCELLED} when the thread is interrupted.
 */
public interface DeadLetters {

  /** How many can be listed at once, at most. */
  int LARGEST_LIST = 1_000;

  /** How many can be replayed by one call, at most. */
  int LARGEST_REPLAY = 100_000;

  /**
   * The letters, the oldest first where the broker keeps an order; they stay where they are. Empty
   * when there is no dead-letter queue.
   *
   * @param limit how many at most, from 1 to {@value #LARGEST_LIST}
   */
  List<DeadLetter> list(int limit);

  /** As {@link #replay(int, Predicate)}, of all letters. */
  default int replay(int limit) {
    return replay(limit, letter -> true);
  }

  /**
   * Sends letters back to where they failed, to be tried as if they were new: body, headers,
   * message id and key as they were, without deadline and reply address, which are no longer
   * anybody's. A topic's letter goes to the group that failed, and to no other.
   *
   * <p>Each is taken from the dead letters when the broker has confirmed that it is back, so that
   * nothing is lost by an interruption at any point; what was under way then may be handled twice.
   * A letter that fails again meanwhile is not replayed twice by one call. At most {@value
   * #LARGEST_LIST} letters that are not chosen are looked at.
   *
   * @param limit how many at most, from 1 to {@value #LARGEST_REPLAY}
   * @param which chooses the letters; called on this thread
   * @return how many were sent back
   * @throws PublishFailedException if the broker refuses one, and {@link NoHandlerException} if
   *     where it failed does not exist any more; the message says how many were sent back before
   */
  int replay(int limit, Predicate<DeadLetter> which);
}
