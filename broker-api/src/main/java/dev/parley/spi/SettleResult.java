package dev.parley.spi;

import java.util.List;

/**
 * What became of a settlement.
 *
 * @param settled whether the delivery is settled; when false it is still the engine's, to be
 *     settled again
 * @param lost whether the delivery was lost (its connection closed, its partition revoked): the
 *     broker will deliver it again, to somebody, and settling it any more is pointless
 * @param outputs what became of the outputs, in their order up to the first that was not confirmed,
 *     which is the last here; empty when all were confirmed
 * @param failure why the settlement itself failed, all outputs being confirmed; confirmed otherwise
 */
public record SettleResult(
    boolean settled, boolean lost, List<SendResult> outputs, SendResult failure) {

  /** The outputs are confirmed and the delivery is settled. */
  public static final SettleResult SETTLED =
      new SettleResult(true, false, List.of(), SendResult.CONFIRMED);

  /** The delivery was lost; the outputs may have been sent. */
  public static final SettleResult LOST =
      new SettleResult(false, true, List.of(), SendResult.CONFIRMED);

  /** The last of these outputs failed, so nothing was settled. */
  public static SettleResult outputsFailed(List<SendResult> outputs) {
    return new SettleResult(false, false, List.copyOf(outputs), SendResult.CONFIRMED);
  }

  /**
   * The settlement itself failed in a way that may pass; nothing was settled, all outputs were
   * confirmed.
   */
  public static SettleResult failed(SendResult settlement) {
    return new SettleResult(false, false, List.of(), settlement);
  }
}
