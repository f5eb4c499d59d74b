package dev.parley.faults;

/** The queues of one round, which no other round has. */
record Names(String prefix) {

  /** Numbered messages. */
  String work() {
    return prefix + ".work";
  }

  /** What became of those that failed for good. */
  String dead() {
    return work() + ".dead";
  }

  /** Calls. */
  String echo() {
    return prefix + ".echo";
  }
}
