package dev.parley.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same rules with many threads at once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyThreadsTest {

  private static final int SENDERS = 4;
  private static final int EACH = 10_000;
  private static final int PREFETCH = 16;
  private static final Address ORDERS = Address.queue("orders");
  private static final Source SOURCE = Source.queue("orders");

  private final SystemScheduler scheduler = new SystemScheduler();
  private final MemoryBroker broker = MemoryBroker.create();
  private final TestClient client = TestClient.on(broker.url(), scheduler);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    client.close();
    broker.close();
    scheduler.close();
  }

  @Test
  void oneListeningGetsTheMessagesOfEachSenderInOrderAndOneAtATime() throws Exception {
    Ordered ordered = new Ordered();
    client.transport.listen(request(), ordered);
    join(startSenders(Integer.MAX_VALUE));
    await().atMost(Duration.ofSeconds(30)).until(() -> broker.messages() == 0);

    assertThat(failures).isEmpty();
    assertThat(ordered.received).isEqualTo(SENDERS * EACH);
  }

  @Test
  void whateverHappensEveryMessageIsSettledExactlyOnce() throws Exception {
    Set<String> settled = ConcurrentHashMap.newKeySet();
    AtomicBoolean sending = new AtomicBoolean(true);
    List<Future<?>> senders = startSenders(500);
    List<Future<?>> disturbers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      disturbers.add(threads.submit(() -> consumeAndLeave(sending, settled)));
    }
    join(senders);
    sending.set(false);
    join(disturbers);
    client.transport.listen(request(), new Careless(settled));
    await().atMost(Duration.ofSeconds(30)).until(() -> broker.messages() == 0);

    assertThat(failures).isEmpty();
    assertThat(settled).hasSize(SENDERS * EACH);
  }

  private static ListenRequest request() {
    return new ListenRequest(SOURCE, PREFETCH, TestClient.HANDLER_LIMIT, List.of());
  }

  private List<Future<?>> startSenders(int cutEvery) {
    client.declare(SOURCE);
    List<Future<?>> senders = new ArrayList<>();
    for (int sender = 0; sender < SENDERS; sender++) {
      String prefix = sender + ":";
      senders.add(threads.submit(() -> sendAll(prefix, cutEvery)));
    }
    return senders;
  }

  private void sendAll(String prefix, int cutEvery) {
    for (int i = 0; i < EACH; i++) {
      SendResult result = client.send(ORDERS, prefix + i);
      if (!SendResult.CONFIRMED.equals(result)) {
        failures.add(prefix + i + " was not confirmed: " + result);
      }
      if (i % cutEvery == cutEvery - 1) {
        broker.faults().cut();
      }
    }
  }

  private void consumeAndLeave(AtomicBoolean sending, Set<String> settled) {
    while (sending.get()) {
      try (TestClient guest = TestClient.on(broker.url(), scheduler)) {
        Careless handler = new Careless(settled);
        Listening listening = guest.transport.listen(request(), handler);
        handler.awaitSome();
        listening.pause();
        listening.resume();
        handler.awaitSome();
      }
    }
  }

  private static void join(List<Future<?>> futures) throws Exception {
    for (Future<?> future : futures) {
      future.get(50, TimeUnit.SECONDS);
    }
  }

  /** Settles on other threads, and checks order; its fields need no lock if it is right. */
  private final class Ordered implements DeliveryListener {

    private final AtomicInteger unsettled = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Map<String, Integer> last = new HashMap<>();
    private volatile int received;

    @Override
    // No other thread writes at the same time, which is what is tested.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void delivered(Delivery delivery) {
      if (!busy.compareAndSet(false, true)) {
        failures.add("two deliveries at once");
      }
      if (unsettled.incrementAndGet() > PREFETCH) {
        failures.add("more than prefetch");
      }
      String[] parts = TestClient.body(delivery.message()).split(":", 2);
      int number = Integer.parseInt(parts[1]);
      Integer before = last.put(parts[0], number);
      if (number != (before == null ? 0 : before + 1)) {
        failures.add("after " + before + " came " + number);
      }
      received++;
      busy.set(false);
      threads.execute(() -> settle(delivery));
    }

    private void settle(Delivery delivery) {
      unsettled.decrementAndGet(); // before, because the next one comes during the call
      delivery.settle(Settlement.DONE, List.of(), result -> {});
    }

    @Override
    public void changed(State state, Throwable error) {}
  }

  /** Settles somehow, on the delivering thread or another. */
  private final class Careless implements DeliveryListener {

    private final Set<String> settled;
    private final Semaphore seen = new Semaphore(0);

    Careless(Set<String> settled) {
      this.settled = settled;
    }

    @Override
    public void delivered(Delivery delivery) {
      seen.release();
      if (ThreadLocalRandom.current().nextBoolean()) {
        settle(delivery);
      } else {
        threads.execute(() -> settle(delivery));
      }
    }

    private void settle(Delivery delivery) {
      switch (ThreadLocalRandom.current().nextInt(8)) {
        case 0 -> delivery.settle(Settlement.RELEASE, List.of(), result -> {});
        case 1 -> {
          Settlement retry = Settlement.retry(Duration.ofMillis(1), delivery.attempt() + 1);
          delivery.settle(retry, List.of(), result -> {});
        }
        default -> delivery.settle(Settlement.DONE, List.of(), result -> done(delivery, result));
      }
    }

    private void done(Delivery delivery, SettleResult result) {
      if (result.settled() && !settled.add(TestClient.body(delivery.message()))) {
        failures.add("settled twice: " + TestClient.body(delivery.message()));
      }
    }

    void awaitSome() {
      try {
        seen.tryAcquire(50, 100, TimeUnit.MILLISECONDS); // fewer are as good
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void changed(State state, Throwable error) {}
  }
}
