package dev.parley.engine.handle;

import dev.parley.spi.Outgoing;

/** A message that must be confirmed before its delivery is settled. */
record Output(Kind kind, Outgoing message) {

  /** What it is for, which decides what its failure means. */
  enum Kind {
    /** A reply; when its address does not exist it is given up and counted. */
    REPLY,
    /**
     * An error reply; when its address does not exist the message becomes a dead letter, so that
     * the failure is told somewhere.
     */
    ERROR_REPLY,
    /**
     * The first frame of a stream; when its address does not exist there is nobody to stream to.
     */
    FIRST_FRAME,
    /** A {@code @PublishTo} message; when nobody has declared its queue the attempt has failed. */
    PUBLISH_TO,
    /** A dead letter; until it is confirmed the message stays where it was. */
    DEAD_LETTER
  }
}
