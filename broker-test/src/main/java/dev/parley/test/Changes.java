package dev.parley.test;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells waiting tests that something happened, so that none of them has to sleep and look again.
 * Any thread may call it; the count is guarded by the lock, under which nothing else is called.
 */
final class Changes {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long count;

  /** How much has happened so far. */
  long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** To be called after something happened, so that who is woken finds it. */
  void happened() {
    lock.lock();
    try {
      count++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until more has happened than that; false when nothing did until then. */
  boolean awaitMoreThan(long seen, long deadlineNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (count == seen) {
        if (changed.awaitNanos(deadlineNanos - System.nanoTime()) <= 0) {
          return count != seen;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
