package dev.parley.redis;

import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.OutputsFirst;
import dev.parley.spi.SendListener;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of one listening. Any thread; what changes is one flag, set when the listening loses
 * it.
 *
 * <p>What comes before its settlement is confirmed before it is acknowledged, so a crash in between
 * means twice and never not at all.
 */
final class RedisDelivery implements Delivery {

  private final Owner owner;
  private final String id;
  private final WireMessage message;
  private final Object nativeMessage;
  private final int attempt;
  private final @Nullable Duration age;
  private final long receivedNanos;
  private volatile boolean lost;

  /** Who has received it. */
  interface Owner {

    /** Sends one of the outputs. */
    void send(Outgoing out, boolean dead, SendListener told);

    /** Settles it, all outputs being confirmed. */
    void settle(RedisDelivery delivery, Settlement settlement, SettleListener told);
  }

  RedisDelivery(
      Owner owner,
      String id,
      WireMessage message,
      Object nativeMessage,
      int attempt,
      @Nullable Duration age,
      long receivedNanos) {
    this.owner = owner;
    this.id = id;
    this.message = message;
    this.nativeMessage = nativeMessage;
    this.attempt = attempt;
    this.age = age;
    this.receivedNanos = receivedNanos;
  }

  String id() {
    return id;
  }

  /** Another has it by now, or nobody needs it any more. */
  void lose() {
    lost = true;
  }

  @Override
  public WireMessage message() {
    return message;
  }

  @Override
  public @Nullable String key() {
    return message.header(WireHeaders.KEY);
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public @Nullable Duration age() {
    return age;
  }

  @Override
  public long receivedNanos() {
    return receivedNanos;
  }

  @Override
  public Object nativeMessage() {
    return nativeMessage;
  }

  @Override
  public boolean lost() {
    return lost;
  }

  @Override
  public void settle(Settlement settlement, List<Outgoing> outputs, SettleListener told) {
    if (lost) {
      told.completed(SettleResult.LOST);
      return;
    }
    boolean dead = settlement.outcome() == Settlement.Outcome.DEAD;
    OutputsFirst.run(
        outputs,
        (out, sent) -> owner.send(out, dead, sent),
        () -> owner.settle(this, settlement, told),
        told);
  }
}
