package dev.parley.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.memory.MemoryModel.Entry;
import dev.parley.memory.MemoryModel.Holder;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations of several clients, on one thread, each checked against a model: nothing is
 * lost, nothing comes twice but after release, retry or cut, each queue is first in, first out, and
 * prefetch holds.
 */
class RandomOperationsTest {

  private static final int RUNS = 60;
  private static final int OPERATIONS = 400;
  private static final List<String> QUEUES = List.of("one", "two");

  private record Member(TestClient client, Holder holder, Listening listening) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 20_000, 300_000_000})
  void theBrokerDoesWhatTheModelSays(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + RUNS; seed++) {
      try {
        new Run(seed).run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class Run {

    private final Random random;
    private final ManualScheduler scheduler = new ManualScheduler(1_000);
    private final MemoryBroker broker = MemoryBroker.create();
    private final MemoryModel model = new MemoryModel(scheduler, QUEUES);
    private final List<TestClient> clients = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    // A listener must not throw: what went wrong in one is kept until the operation is over.
    private final List<AssertionError> failures = new ArrayList<>();
    private int sent;

    Run(long seed) {
      this.random = new Random(seed);
    }

    void run() {
      join();
      QUEUES.forEach(queue -> clients.get(0).declare(Source.queue(queue)));
      for (int i = 0; i < OPERATIONS; i++) {
        operate(random.nextInt(100));
        scheduler.settle(); // what was passed on by a thread that had done its share
        check();
      }
      finishAll();
      check();
      List.copyOf(clients).forEach(TestClient::close);
      broker.close();
    }

    private void check() {
      if (!failures.isEmpty()) {
        throw failures.get(0);
      }
      model.checkQuiet();
    }

    private void operate(int choice) {
      if (choice < 35) {
        send();
      } else if (choice < 70) {
        settle();
      } else if (choice < 80) {
        advance(random.nextInt(50));
      } else if (choice < 87) {
        listen();
      } else if (choice < 92) {
        pauseOrResume();
      } else if (choice < 95) {
        closeListening();
      } else if (choice < 97) {
        join();
      } else if (choice < 98) {
        leave();
      } else {
        cut();
      }
    }

    private void send() {
      String queue = pick(QUEUES);
      long delay = random.nextInt(4) == 0 ? random.nextInt(20) : 0;
      Duration timeToLive =
          random.nextInt(5) == 0 ? Duration.ofNanos(1 + random.nextInt(40)) : null;
      Outgoing message = outgoing(queue, timeToLive, delay);
      expect(message, delay);
      assertThat(pick(clients).send(message)).isEqualTo(SendResult.CONFIRMED);
    }

    private Outgoing outgoing(String queue, Duration timeToLive, long delay) {
      return clients
          .get(0)
          .outgoing(Address.queue(queue), "m" + sent++, timeToLive, Duration.ofNanos(delay));
    }

    private void expect(Outgoing message, long delay) {
      Duration timeToLive = message.timeToLive();
      long expiresAt =
          timeToLive == null ? Long.MAX_VALUE : scheduler.nanoTime() + timeToLive.toNanos();
      String id = message.message().messageId();
      model.sent(new Entry(message.to().name(), id, expiresAt), delay);
    }

    private void settle() {
      List<Holder> busy = model.holders.stream().filter(each -> !each.unsettled.isEmpty()).toList();
      if (busy.isEmpty()) {
        return;
      }
      Holder holder = pick(busy);
      Delivery delivery = pick(List.copyOf(holder.unsettled.keySet()));
      Entry entry = holder.unsettled.remove(delivery);
      switch (random.nextInt(5)) {
        case 0 -> {
          model.returned(entry);
          settle(delivery, Settlement.RELEASE, List.of());
        }
        case 1 -> {
          int delay = random.nextInt(30);
          entry.attempt++;
          model.put(entry, delay);
          settle(delivery, Settlement.retry(Duration.ofNanos(delay), entry.attempt), List.of());
        }
        case 2 -> settleWithOutput(delivery);
        default -> {
          model.finished();
          settle(delivery, Settlement.DONE, List.of());
        }
      }
    }

    private void settleWithOutput(Delivery delivery) {
      model.finished();
      Outgoing output = outgoing(pick(QUEUES), null, 0);
      expect(output, 0);
      settle(delivery, Settlement.DONE, List.of(output));
    }

    private static void settle(Delivery delivery, Settlement settlement, List<Outgoing> outputs) {
      List<SettleResult> results = new ArrayList<>();
      delivery.settle(settlement, outputs, results::add);
      assertThat(results).containsExactly(SettleResult.SETTLED);
    }

    private void advance(long nanos) {
      long end = scheduler.nanoTime() + nanos;
      while (scheduler.nanoTime() < end) {
        long next = Math.min(end, model.nextDue());
        long step = next - scheduler.nanoTime();
        model.passedTo(next);
        scheduler.advance(Duration.ofNanos(step));
      }
    }

    private void listen() {
      if (members.size() >= 6) {
        return;
      }
      TestClient client = pick(clients);
      Holder holder = new Holder(pick(QUEUES), 1 + random.nextInt(4));
      model.holders.add(holder);
      ListenRequest request =
          new ListenRequest(
              Source.queue(holder.queue), holder.prefetch, TestClient.HANDLER_LIMIT, List.of());
      Listening listening = client.transport.listen(request, new Checked(holder));
      members.add(new Member(client, holder, listening));
    }

    private void pauseOrResume() {
      if (members.isEmpty()) {
        return;
      }
      Member member = pick(members);
      member.holder().paused = !member.holder().paused;
      if (member.holder().paused) {
        member.listening().pause();
      } else {
        member.listening().resume();
      }
    }

    private void closeListening() {
      if (!members.isEmpty()) {
        Member member = pick(members);
        lose(List.of(member), true, member.listening()::close);
      }
    }

    private void leave() {
      if (clients.size() > 1) {
        TestClient client = pick(clients);
        clients.remove(client);
        List<Member> its = members.stream().filter(each -> each.client() == client).toList();
        lose(its, true, client::close);
      }
    }

    private void cut() {
      lose(members, false, broker.faults()::cut);
    }

    private void lose(List<Member> losers, boolean forGood, Runnable action) {
      losers.forEach(each -> model.losing.add(each.holder()));
      losers.forEach(each -> each.holder().stopped = forGood);
      Map<Member, List<Delivery>> before = new HashMap<>();
      losers.forEach(each -> before.put(each, List.copyOf(each.holder().unsettled.keySet())));
      action.run();
      assertThat(before.values()).allSatisfy(all -> assertThat(all).allMatch(Delivery::lost));
      model.sweep();
      model.losing.clear();
      if (forGood) {
        losers.forEach(each -> model.holders.remove(each.holder()));
        members.removeAll(List.copyOf(losers));
      }
    }

    private void join() {
      if (clients.size() < 3) {
        clients.add(TestClient.on(broker.url(), scheduler));
      }
    }

    /** Handles all there is, so that what was lost would be missing. */
    private void finishAll() {
      List.copyOf(members).forEach(each -> lose(List.of(each), true, each.listening()::close));
      advance(1_000);
      model.checkQuiet();
      int left = model.live();
      int[] handled = {0};
      for (String queue : QUEUES) {
        Holder holder = new Holder(queue, Integer.MAX_VALUE);
        model.holders.add(holder);
        clients
            .get(0)
            .transport
            .listen(
                new ListenRequest(
                    Source.queue(queue), Integer.MAX_VALUE, TestClient.HANDLER_LIMIT, List.of()),
                new Checked(holder));
        scheduler.settle();
        handled[0] += holder.unsettled.size();
        holder.unsettled.keySet().forEach(each -> settle(each, Settlement.DONE, List.of()));
      }
      assertThat(handled[0]).isEqualTo(left);
      assertThat(broker.messages()).isZero();
    }

    private <T> T pick(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }

    private final class Checked implements DeliveryListener {

      private final Holder holder;

      Checked(Holder holder) {
        this.holder = holder;
      }

      @Override
      public void delivered(Delivery delivery) {
        try {
          model.delivered(holder, delivery);
        } catch (AssertionError e) {
          failures.add(e);
        }
      }

      @Override
      public void changed(State state, Throwable error) {}
    }
  }
}
