package dev.parley.bench.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * CPU time and allocated bytes of this process since its making.
 *
 * <p>Before Java 21 the bytes are those of the threads that live at the end: all that contestants
 * use live as long as they do.
 */
final class Meter {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long nanos = System.nanoTime();
  private final long cpuNanos = SYSTEM.getProcessCpuTime();
  private final long bytes = allocated();

  /** What it took since, for that many operations. */
  Cost stop(long operations) {
    double seconds = (System.nanoTime() - nanos) / 1e9;
    double each = Math.max(1, operations);
    return new Cost(
        operations / seconds,
        (SYSTEM.getProcessCpuTime() - cpuNanos) / 1e3 / each,
        (allocated() - bytes) / each);
  }

  /**
   * Of the whole process, both sides where both are in it.
   *
   * @param perSecond operations
   * @param cpuMicros CPU time of one
   * @param bytes allocated by one
   */
  record Cost(double perSecond, double cpuMicros, double bytes) {}

  private static long allocated() {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
        .filter(each -> each > 0)
        .sum();
  }
}
