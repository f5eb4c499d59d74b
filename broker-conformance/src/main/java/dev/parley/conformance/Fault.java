package dev.parley.conformance;

/**
 * What a test can make a broker suffer, or asks of its server beyond the protocol; where one of
 * them is unavailable its tests are skipped.
 */
public enum Fault {
  /** {@link ConformanceBroker#cutConnections()}. */
  CUT_CONNECTIONS,
  /** {@link ConformanceBroker#stop()} and {@link ConformanceBroker#start()}. */
  STOP,
  /** {@link ConformanceBroker#blockPublishers()} and its end. */
  BLOCK_PUBLISHERS,
  /** {@link ConformanceBroker#delete}. */
  DELETE_QUEUE,
  /** {@link ConformanceBroker#network()}. */
  SILENCE,
  /** A client in a process of its own, which is killed. */
  KILL_PROCESS,
  /** A message is sent now and delivered later. */
  DELAYED_PUBLISH
}
