package dev.parley.memory;

import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The observers of a space. Any thread may call it; without observers a call costs one read of a
 * volatile field.
 */
final class Observers {

  private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

  private final CopyOnWriteArrayList<MemoryObserver> observers = new CopyOnWriteArrayList<>();

  void add(MemoryObserver observer) {
    observers.add(observer);
  }

  void remove(MemoryObserver observer) {
    observers.remove(observer);
  }

  boolean any() {
    return !observers.isEmpty();
  }

  void sent(Outgoing message, SendResult result) {
    if (any()) {
      each(observer -> observer.sent(message, result));
    }
  }

  void delivered(Source source, Delivery delivery) {
    if (any()) {
      each(observer -> observer.delivered(source, delivery));
    }
  }

  void settled(Source source, Delivery delivery, Settlement settlement, SettleResult result) {
    if (any()) {
      each(observer -> observer.settled(source, delivery, settlement, result));
    }
  }

  void expired(Source source, WireMessage message) {
    if (any()) {
      each(observer -> observer.expired(source, message));
    }
  }

  private void each(Consumer<MemoryObserver> call) {
    for (MemoryObserver observer : observers) {
      try {
        call.accept(observer);
      } catch (RuntimeException | Error e) {
        LOG.error("An observer threw, which it must not: {}", observer, e);
      }
    }
  }
}
