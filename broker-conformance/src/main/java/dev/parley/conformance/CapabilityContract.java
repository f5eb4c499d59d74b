package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.RetryAfter;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Tick;
import dev.parley.spi.Capability;
import dev.parley.spi.TransportOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Contract §7: what differs by broker is declared, and then it holds. */
abstract class CapabilityContract extends Chapter {

  @Test
  void exactDelaysAreNotRounded() throws Exception {
    fixture.require(Capability.EXACT_DELAY);
    String queue = fixture.name("exact");
    Seen<Integer> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, Integer.class, seen));

    for (int millis : List.of(460, 300, 420, 340, 380)) {
      broker.publish(millis, to(queue).delay(Duration.ofMillis(millis)));
    }

    assertThat(seen.next(5)).containsExactly(300, 340, 380, 420, 460);
  }

  @Test
  void aKnownAgeIsTheTimeInTheBroker() throws Exception {
    fixture.require(Capability.AGE_KNOWN);
    String queue = fixture.name("aged");
    Broker client = fixture.broker();
    client.declare(queue);
    client.publish("x", to(queue));
    Expect.letPass(Duration.ofMillis(100));
    Seen<Optional<Duration>> seen = new Seen<>();

    fixture.started(
        on ->
            on.consume(
                queue(queue),
                new TypeRef<Message<String>>() {},
                message -> seen.handle(message.age())));

    assertThat(seen.next())
        .hasValueSatisfying(
            age -> assertThat(age).isBetween(Duration.ofMillis(95), Duration.ofSeconds(30)));
  }

  @Test
  void messagesOfOneKeyStayInOrderOverAllInstances() throws Exception {
    fixture.require(Capability.KEY_ORDER_OVER_INSTANCES);
    String queue = fixture.name("keyed");
    Seen<Tick> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue(queue), Tick.class, seen));
    fixture.started(on -> on.consume(queue(queue), Tick.class, seen));

    for (int i = 0; i < 50; i++) {
      broker.publish(new Tick("A", i), to(queue));
    }

    assertThat(seen.next(50)).extracting(Tick::number).isSorted();
  }

  @Test
  void aMessageInRetryHoldsUpItsKeyAlone() throws Exception {
    fixture.require(Capability.KEY_ORDER_THROUGH_RETRY);
    String queue = fixture.name("held-up");
    Seen<String> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue),
                    new TypeRef<Message<Tick>>() {},
                    message -> {
                      Tick tick = message.body();
                      if (tick != null && tick.number() == 1 && message.attempt() == 1) {
                        throw new RetryAfter(Duration.ofMillis(300));
                      }
                      seen.handle(String.valueOf(tick));
                    }));

    broker.publish(new Tick("A", 1), to(queue));
    broker.publish(new Tick("A", 2), to(queue));
    broker.publish(new Tick("B", 3), to(queue));

    assertThat(seen.next(3))
        .containsExactly(
            new Tick("B", 3).toString(), new Tick("A", 1).toString(), new Tick("A", 2).toString());
  }

  /** What some other transport understands. */
  @TransportOption("another")
  record OptionOfAnother(int number) {}

  @Test
  void optionsOfAnotherTransportAreIgnored() {
    String queue = fixture.name("options");
    OptionOfAnother option = new OptionOfAnother(1);
    Broker broker = fixture.broker();
    broker.declare(queue, option);
    broker.subscribe(queue(queue).with(option), String.class, body -> body);
    broker.start();

    assertThat(broker.publish("x", to(queue).with(option).callback(String.class))).isEqualTo("x");
  }

  @Test
  void anObjectThatIsNoOptionOfAnyTransportIsAMistake() {
    String queue = fixture.name("options");
    Broker broker = fixture.broker();
    broker.declare(queue);
    PublishOptions wrong = to(queue).with("no option");

    assertThat(catchThrowable(() -> broker.publish("x", wrong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("String");
    assertThat(catchThrowable(() -> broker.declare(queue, "no option")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(
            catchThrowable(
                () -> broker.consume(queue(queue).with("no option"), String.class, body -> {})))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
