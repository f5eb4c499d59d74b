package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.conformance.Samples.Tick;
import dev.parley.spi.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Contract §2: messages of one key are handled in order, at any concurrency. */
abstract class KeyOrderContract extends Chapter {

  @Test
  void messagesOfOneKeyKeepTheirOrderAtAnyConcurrency() throws Exception {
    String queue = fixture.name("keyed");
    Seen<Tick> seen = new Seen<>();
    Gate gate = new Gate();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).concurrency(8),
                    Tick.class,
                    tick -> {
                      if (tick.number() == 0) {
                        gate.pass();
                      }
                      seen.handle(tick);
                    }));

    for (int number = 0; number < 20; number++) {
      broker.publish(new Tick("A", number), to(queue));
      broker.publish(new Tick("B", number), to(queue));
    }
    gate.awaitEntered(2); // one key does not wait for the other
    assertThat(seen.waiting()).as("but the rest of a key waits for its first").isZero();
    gate.open();

    List<Tick> all = seen.next(40);
    assertThat(all.stream().filter(t -> t.symbol().equals("A")).map(Tick::number)).isSorted();
    assertThat(all.stream().filter(t -> t.symbol().equals("B")).map(Tick::number)).isSorted();
  }

  @Test
  void aKeyKeepsItsOrderWhereItsMessagesHadToWaitForOtherKeys() throws Exception {
    String queue = fixture.name("waiting");
    Map<String, Gate> gates = Map.of("X", new Gate(), "Y", new Gate(), "A", new Gate());
    Seen<Tick> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).concurrency(2),
                    Tick.class,
                    tick -> {
                      requireNonNull(gates.get(tick.symbol())).pass();
                      seen.handle(tick);
                    }));
    broker.publish(new Tick("X", 0), to(queue));
    broker.publish(new Tick("Y", 0), to(queue));
    requireNonNull(gates.get("X")).awaitEntered(1);
    requireNonNull(gates.get("Y")).awaitEntered(1);
    broker.publish(new Tick("A", 1), to(queue));
    broker.publish(new Tick("A", 2), to(queue));
    boolean oneByOne = fixture.capabilities().contains(Capability.KEY_ORDER_THROUGH_RETRY);
    Expect.counter(broker, Counter.RECEIVED, oneByOne ? 3 : 4); // then A 2 waits in the transport

    requireNonNull(gates.get("X")).open();
    requireNonNull(gates.get("A")).awaitEntered(1);
    broker.publish(new Tick("A", 3), to(queue)); // its key is busy, and A 2 still waits for a slot
    Expect.counter(broker, Counter.RECEIVED, oneByOne ? 3 : 5);
    gates.values().forEach(Gate::open);

    List<Tick> all = seen.next(5);
    assertThat(all.stream().filter(t -> t.symbol().equals("A")).map(Tick::number))
        .containsExactly(1, 2, 3);
  }

  @Test
  void keysWithManyMessagesLeaveRoomForOthers() throws Exception {
    String queue = fixture.name("fair");
    Seen<String> seen = new Seen<>();
    Gate gate = new Gate();
    // Where a key's first message keeps its others back, these leave room even if it takes for
    // ever.
    boolean oneByOne = fixture.capabilities().contains(Capability.KEY_ORDER_THROUGH_RETRY);
    if (!oneByOne) {
      gate.open();
    }
    Broker publisher = fixture.broker();
    publisher.declare(queue);
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      symbols.add(i == 40 ? "rare" : i % 2 == 0 ? "A" : "B");
    }
    for (int i = 0; i < symbols.size(); i++) {
      publisher.publish(new Tick(symbols.get(i), i), to(queue));
    }

    fixture.started(
        on ->
            on.consume(
                queue(queue).concurrency(3).prefetch(20),
                Tick.class,
                tick -> {
                  if (!tick.symbol().equals("rare")) {
                    gate.pass();
                  }
                  seen.handle(tick.symbol());
                }));

    if (oneByOne) {
      assertThat(seen.next()).isEqualTo("rare");
      gate.open();
      assertThat(seen.next(299)).doesNotContain("rare");
    } else {
      // It was fetched with at most 19 others, so about as many can be before it that came later.
      assertThat(seen.next(300).indexOf("rare")).isLessThan(100);
    }
  }
}
