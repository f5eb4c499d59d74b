package dev.parley.spi;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Settling where broker transactions are not used: all outputs are sent at once, and the delivery
 * is settled once every one is confirmed.
 *
 * <p>Each result is written by the thread that completes that output; the counter publishes them to
 * the last one, which goes on.
 */
public final class OutputsFirst {

  private final SendResult[] results;
  private final AtomicInteger missing;
  private final Runnable settle;
  private final SettleListener failed;

  private OutputsFirst(int outputs, Runnable settle, SettleListener failed) {
    this.results = new SendResult[outputs];
    this.missing = new AtomicInteger(outputs);
    this.settle = settle;
    this.failed = failed;
  }

  /**
   * Sends the outputs and runs {@code settle} when all are confirmed, else tells {@code failed}
   * which were not.
   *
   * @param send sends one message, as {@link Transport#send}
   * @param settle what settles the delivery and tells its listener; must not block or throw
   */
  public static void run(
      List<Outgoing> outputs,
      BiConsumer<Outgoing, SendListener> send,
      Runnable settle,
      SettleListener failed) {
    if (outputs.isEmpty()) {
      settle.run();
      return;
    }
    OutputsFirst run = new OutputsFirst(outputs.size(), settle, failed);
    for (int i = 0; i < outputs.size(); i++) {
      int index = i;
      send.accept(outputs.get(i), result -> run.completed(index, result));
    }
  }

  private void completed(int index, @Nullable SendResult result) {
    results[index] =
        result == null ? SendResult.unknown("the transport gave no result", null) : result;
    if (missing.decrementAndGet() > 0) {
      return;
    }
    if (Arrays.stream(results).allMatch(SendResult::confirmed)) {
      settle.run();
    } else {
      failed.completed(SettleResult.outputsFailed(List.of(results)));
    }
  }
}
