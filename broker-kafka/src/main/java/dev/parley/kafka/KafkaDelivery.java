package dev.parley.kafka;

import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SettleListener;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** One delivery of one record. Any thread; immutable, what changes is in its {@link Deliveries}. */
final class KafkaDelivery implements Delivery {

  /** How a session settles. */
  interface Settler {
    void settle(
        InFlight message, Settlement settlement, List<Outgoing> outputs, SettleListener listener);
  }

  private final InFlight inFlight;
  private final int attempt;
  private final WireMessage message;
  private final Settler settler;

  KafkaDelivery(InFlight inFlight, Settler settler) {
    this.inFlight = inFlight;
    this.attempt = inFlight.slot().attempt();
    this.message = IncomingMapper.message(inFlight.consumed());
    this.settler = settler;
  }

  ConsumerRecord<byte[], byte[]> consumed() {
    return inFlight.consumed();
  }

  @Override
  public WireMessage message() {
    return message;
  }

  @Override
  public @Nullable String key() {
    return inFlight.key();
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public @Nullable Duration age() {
    return inFlight.age();
  }

  @Override
  public long receivedNanos() {
    return inFlight.receivedNanos();
  }

  @Override
  public Object nativeMessage() {
    return inFlight.consumed();
  }

  @Override
  public boolean lost() {
    return inFlight.window().isClosed();
  }

  @Override
  public void settle(Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    settler.settle(inFlight, settlement, outputs, listener);
  }

  @Override
  public String toString() {
    return "KafkaDelivery[" + inFlight + ", attempt " + attempt + "]";
  }
}
