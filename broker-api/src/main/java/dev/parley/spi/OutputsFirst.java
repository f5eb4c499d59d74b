package dev.parley.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Settling where broker transactions are not used: the outputs are sent one after the other in
 * their order, and the delivery is settled once the last one is confirmed; after the first that is
 * not, none is sent.
 *
 * <p>One thread at a time works on it: the caller's, then whichever completes a send. The broker's
 * confirmation orders them.
 */
public final class OutputsFirst implements SendListener {

  private final List<Outgoing> outputs;
  private final BiConsumer<Outgoing, SendListener> send;
  private final Runnable settle;
  private final SettleListener failed;
  private int next;

  private OutputsFirst(
      List<Outgoing> outputs,
      BiConsumer<Outgoing, SendListener> send,
      Runnable settle,
      SettleListener failed) {
    this.outputs = outputs;
    this.send = send;
    this.settle = settle;
    this.failed = failed;
  }

  /**
   * Sends the outputs and runs {@code settle} when all are confirmed, else tells {@code failed}
   * which was not.
   *
   * @param send sends one message, as {@link Transport#send}
   * @param settle what settles the delivery and tells its listener; must not block or throw
   */
  public static void run(
      List<Outgoing> outputs,
      BiConsumer<Outgoing, SendListener> send,
      Runnable settle,
      SettleListener failed) {
    new OutputsFirst(outputs, send, settle, failed).sendNext();
  }

  private void sendNext() {
    if (next == outputs.size()) {
      settle.run();
    } else {
      send.accept(outputs.get(next), this);
    }
  }

  @Override
  public void completed(SendResult result) {
    if (result.confirmed()) {
      next++;
      sendNext();
      return;
    }
    List<SendResult> results = new ArrayList<>(next + 1);
    for (int i = 0; i < next; i++) {
      results.add(SendResult.CONFIRMED);
    }
    results.add(result);
    failed.completed(SettleResult.outputsFailed(results));
  }
}
