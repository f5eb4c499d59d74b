package dev.parley.faults;

/** The journal of handlers in this process. */
record LedgerJournal(Ledger ledger) implements Journal {

  @Override
  public void begun(int number, int attempt) {
    ledger.begun(number, attempt, "here");
  }

  @Override
  public void handled(int number) {
    ledger.handled(number, System.nanoTime());
  }
}
