package dev.parley.memory;

import static dev.parley.spi.Settlement.Outcome.DEAD;

import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.OutputsFirst;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message with one listening, until it is settled or taken back.
 *
 * <p>Any thread may call it. The state is written under the lock of the queue, and volatile so that
 * {@link #lost()} needs no lock; the neighbours are guarded by the queue.
 */
final class MemoryDelivery implements Delivery {

  static final int OPEN = 0;
  static final int SETTLING = 1;
  static final int SETTLED = 2;
  static final int LOST = 3;

  private final MemoryListening listening;
  private final Stored stored;
  private final long receivedNanos;
  private final long ageNanos;
  private volatile int state = OPEN;

  /** The neighbours among the unsettled of the listening. */
  @Nullable MemoryDelivery previous;

  @Nullable MemoryDelivery next;

  MemoryDelivery(MemoryListening listening, Stored stored, long receivedNanos, long ageNanos) {
    this.listening = listening;
    this.stored = stored;
    this.receivedNanos = receivedNanos;
    this.ageNanos = ageNanos;
  }

  MemoryListening listening() {
    return listening;
  }

  Stored stored() {
    return stored;
  }

  @Override
  public WireMessage message() {
    return stored.message;
  }

  @Override
  public @Nullable String key() {
    return stored.key;
  }

  @Override
  public int attempt() {
    return stored.attempt;
  }

  @Override
  public Duration age() {
    return Duration.ofNanos(Math.max(0, ageNanos));
  }

  @Override
  public long receivedNanos() {
    return receivedNanos;
  }

  @Override
  public Object nativeMessage() {
    return stored.message;
  }

  @Override
  public boolean lost() {
    return state == LOST;
  }

  /** Marks it taken back; under the lock of the queue. */
  void lose() {
    state = LOST;
  }

  /** Changes the state, or returns false when it is lost; under the lock of the queue. */
  boolean move(int from, int to) {
    if (state == LOST) {
      return false;
    }
    if (state != from) {
      throw new IllegalStateException(
          "the delivery of message "
              + stored.message.messageId()
              + " from "
              + listening.queue().source()
              + (state == SETTLED ? " is settled already" : " is being settled already"));
    }
    state = to;
    return true;
  }

  @Override
  public void settle(Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    if (outputs.isEmpty()) {
      finish(settlement, OPEN, listener);
    } else if (!listening.queue().begin(this)) {
      tell(settlement, SettleResult.LOST, listener);
    } else {
      settleAfter(outputs, settlement, listener);
    }
  }

  private void settleAfter(List<Outgoing> outputs, Settlement settlement, SettleListener listener) {
    MemoryTransport transport = listening.transport();
    if (settlement.outcome() == DEAD) {
      transport.declareDeadLetters(listening.queue().source());
    }
    if (outputs.size() > 1) {
      OutputsFirst.run(
          outputs,
          transport::send,
          () -> finish(settlement, SETTLING, listener),
          failed -> abandon(settlement, failed.outputs(), listener));
      return;
    }
    // A reply is the usual case, and worth a shorter way.
    transport.send(
        outputs.get(0),
        result -> {
          if (result.confirmed()) {
            finish(settlement, SETTLING, listener);
          } else {
            abandon(settlement, List.of(result), listener);
          }
        });
  }

  private void finish(Settlement settlement, int from, SettleListener listener) {
    boolean settled = listening.queue().settle(this, from, settlement);
    tell(settlement, settled ? SettleResult.SETTLED : SettleResult.LOST, listener);
    listening.queue().drain();
  }

  private void abandon(Settlement settlement, List<SendResult> outputs, SettleListener listener) {
    boolean ours = listening.queue().abandon(this);
    tell(settlement, ours ? SettleResult.outputsFailed(outputs) : SettleResult.LOST, listener);
  }

  private void tell(Settlement settlement, SettleResult result, SettleListener listener) {
    listening.observers().settled(listening.queue().source(), this, settlement, result);
    listener.completed(result);
  }
}
