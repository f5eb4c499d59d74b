package dev.parley.spi;

import java.util.List;

/**
 * What became of a settlement.
 *
 * @param settled whether the delivery is settled; when false it is still the engine's, to be
 *     settled again
 * @param lost whether the delivery was lost (its connection closed, its partition revoked): the
 *     broker will deliver it again, to somebody, and settling it any more is pointless
 * @param outputs what became of each output, in their order; empty when all are confirmed
 */
public record SettleResult(boolean settled, boolean lost, List<SendResult> outputs) {

  /** The outputs are confirmed and the delivery is settled. */
  public static final SettleResult SETTLED = new SettleResult(true, false, List.of());

  /** The delivery was lost; the outputs may have been sent. */
  public static final SettleResult LOST = new SettleResult(false, true, List.of());

  /** At least one output failed, so nothing was settled. */
  public static SettleResult outputsFailed(List<SendResult> outputs) {
    return new SettleResult(false, false, List.copyOf(outputs));
  }

  /**
   * The settlement itself failed in a way that may pass; nothing was settled, all outputs were
   * confirmed.
   */
  public static SettleResult failed(SendResult settlement) {
    return new SettleResult(false, false, List.of(settlement));
  }
}
