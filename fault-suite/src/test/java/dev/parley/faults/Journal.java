package dev.parley.faults;

/** Where a handler writes down what it did, in the moment it did it. Any thread may call it. */
interface Journal {

  /** An attempt began. */
  void begun(int number, int attempt);

  /** An attempt succeeded. */
  void handled(int number);
}
