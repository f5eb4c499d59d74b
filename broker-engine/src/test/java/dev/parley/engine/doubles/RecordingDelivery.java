package dev.parley.engine.doubles;

import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A delivery that keeps how it was settled. Settling succeeds unless the test has put other results
 * before. Thread-safe.
 */
public final class RecordingDelivery implements Delivery {

  /** One call of {@link Delivery#settle}. */
  public record Settled(Settlement settlement, List<Outgoing> outputs) {}

  private final WireMessage message;
  private String key;
  private int attempt = 1;
  private Duration age;
  private long receivedNanos;
  private Object nativeMessage = new Object();
  private volatile boolean lost;
  private final List<Settled> calls = new ArrayList<>(); // guarded by this
  private final Deque<Function<List<Outgoing>, SettleResult>> results =
      new ArrayDeque<>(); // guarded by this
  private final CompletableFuture<Settled> settled = new CompletableFuture<>();
  private final CompletableFuture<Settled> tried = new CompletableFuture<>();

  public RecordingDelivery(WireMessage message) {
    this.message = message;
  }

  public RecordingDelivery key(String newKey) {
    key = newKey;
    return this;
  }

  public RecordingDelivery attempt(int number) {
    attempt = number;
    return this;
  }

  public RecordingDelivery age(Duration inBroker) {
    age = inBroker;
    return this;
  }

  public RecordingDelivery receivedAt(long nanos) {
    receivedNanos = nanos;
    return this;
  }

  public RecordingDelivery nativeMessage(Object message) {
    nativeMessage = message;
    return this;
  }

  /** What the next settling comes to; null for no answer at all. */
  public synchronized RecordingDelivery then(SettleResult result) {
    results.add(outputs -> result);
    return this;
  }

  /** Of the next settling that output fails. */
  public synchronized RecordingDelivery thenOutputFails(int index, SendResult failure) {
    results.add(
        outputs -> {
          if (index >= outputs.size()) {
            return SettleResult.SETTLED; // it was given up
          }
          List<SendResult> all = new ArrayList<>();
          for (int i = 0; i < index; i++) {
            all.add(SendResult.CONFIRMED);
          }
          all.add(failure);
          return SettleResult.outputsFailed(all);
        });
    return this;
  }

  public void lose() {
    lost = true;
  }

  /** How it was settled in the end; waits for that. */
  public Settled settled() {
    return await(settled);
  }

  /** How it was to be settled first; waits for that. */
  public Settled firstTry() {
    return await(tried);
  }

  public boolean isSettled() {
    return settled.isDone();
  }

  public synchronized List<Settled> calls() {
    return List.copyOf(calls);
  }

  private static Settled await(CompletableFuture<Settled> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("not settled within 10 s", e);
    }
  }

  @Override
  public WireMessage message() {
    return message;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Duration age() {
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
  public void settle(Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    Settled call = new Settled(settlement, outputs);
    SettleResult result;
    synchronized (this) {
      if (settled.isDone()) {
        throw new AssertionError("settled twice: " + settled.join() + ", then " + call);
      }
      calls.add(call);
      Function<List<Outgoing>, SettleResult> next = results.poll();
      result = next == null ? SettleResult.SETTLED : next.apply(outputs);
      if (result != null && (result.settled() || result.lost())) {
        settled.complete(call);
      }
    }
    tried.complete(call);
    if (result != null) {
      listener.completed(result);
    }
  }
}
