package dev.parley.faults;

import java.util.List;
import java.util.Map;

/**
 * A broker that can be broken, and the ways to it. Used by one thread at a time.
 *
 * <p>Clients and servers come by ways of their own, so that one of the two can be cut off.
 */
interface Site extends AutoCloseable {

  /** What it is called in the table and in {@code -Dfaults.brokers}. */
  String name();

  /** Settings for the one who sends and calls. */
  Map<String, String> callerSettings();

  /** Settings for those who handle. */
  Map<String, String> serverSettings();

  /** Settings for load, past all that is only there to be broken. */
  Map<String, String> directSettings();

  /** Whether messages are in this process as long as nobody has handled them. */
  default boolean holdsMessagesHere() {
    return false;
  }

  /** All that can go wrong with it. */
  List<Breakage> breakages();

  /** What the broker still has of these queues though it should be done with all, in words. */
  List<String> unsettled(Names names) throws Exception;

  /** What the broker still has of clients though all of them are closed, in words. */
  List<String> left() throws Exception;

  /** Makes it as it was at first: running, reachable, and without the queues of that round. */
  void reset(Names names) throws Exception;

  @Override
  void close();
}
