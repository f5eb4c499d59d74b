package dev.parley.engine.handle;

/**
 * Decides whether a delivery is taken, and whether it is begun when its turn has come. Any thread
 * may call it; it never blocks.
 */
interface Admission {

  /** Takes everything. */
  Admission ALL =
      new Admission() {
        @Override
        public boolean takes(Attempt attempt, int waiting, int running) {
          return true;
        }

        @Override
        public boolean begins(Attempt attempt) {
          return true;
        }

        @Override
        public void ended(long nanos) {
          // nothing is learned where nothing is refused
        }
      };

  /**
   * Whether a delivery that has just come is taken.
   *
   * @param waiting how many are before it in line
   * @param running how many are with the handler
   */
  boolean takes(Attempt attempt, int waiting, int running);

  /** Whether a delivery is handed to the handler, now that it could be. */
  boolean begins(Attempt attempt);

  /** A handler has ended, and had its slot for that long. */
  void ended(long nanos);
}
