package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.TypeRef;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Contract §3: at least once: when a message is finished, and what comes again. */
abstract class AcknowledgementContract extends Chapter {

  @Test
  void aMessageStaysWithTheBrokerUntilItsHandlerHasReturned() throws Exception {
    String queue = fixture.name("unacknowledged");
    Gate gate = new Gate();
    Broker stuck = fixture.started(on -> on.consume(queue, String.class, body -> gate.pass()));
    stuck.publish("x", to(queue));
    gate.awaitEntered(1);

    stuck.close(Duration.ofMillis(100)); // the handler does not get to its end

    Seen<Message<String>> seen = new Seen<>();
    fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));
    assertThat(seen.next().body()).isEqualTo("x");
  }

  @Test
  void aHandledMessageDoesNotComeAgain() throws Exception {
    String queue = fixture.name("acknowledged");
    Broker first = fixture.started(on -> on.consume(queue, String.class, body -> {}));
    first.publish("x", to(queue));
    Expect.counter(first, Counter.HANDLED, 1);
    first.close();
    Seen<String> seen = new Seen<>();

    Broker second = fixture.started(on -> on.consume(queue, String.class, seen));
    second.publish("fence", to(queue));

    assertThat(seen.next()).isEqualTo("fence");
  }

  @Test
  void whatIsUnfinishedComesAgainWhateverWasFinishedAfterIt() throws Exception {
    String queue = fixture.name("gaps");
    Gate never = new Gate();
    Broker first =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).concurrency(4),
                    Integer.class,
                    number -> {
                      if (number % 5 == 0) {
                        never.pass();
                      }
                    }));
    for (int i = 0; i < 15; i++) {
      first.publish(i, to(queue));
    }
    never.awaitEntered(3);
    Expect.counter(first, Counter.HANDLED, 12);
    first.close(Duration.ofMillis(100));
    Seen<Integer> seen = new Seen<>();

    fixture.started(on -> on.consume(queue, Integer.class, seen));

    assertThat(seen.next(3)).containsExactlyInAnyOrder(0, 5, 10);
    seen.assertNothingMore();
  }

  @Test
  void aMessageIsNotFinishedBeforeItsReplyIsConfirmed() throws Exception {
    fixture.require(Fault.BLOCK_PUBLISHERS);
    String queue = fixture.name("replying");
    Gate gate = new Gate();
    Broker server =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      gate.pass();
                      return body;
                    }));
    ForeignClient client = fixture.foreign();
    client.send(queue, RawMessage.of("x").with(RawMessage.Property.REPLY_TO, client.openReplies()));
    gate.awaitEntered(1);
    fixture.server().blockPublishers();
    try {
      gate.open();
      Expect.counter(server, Counter.HANDLED, 1);
      Expect.letPass(Duration.ofMillis(200));
      assertThat(server.health().subscription(queue).orElseThrow().inFlight())
          .as("not settled yet")
          .isEqualTo(1);
      assertThat(gate.entered()).as("and not handled again meanwhile").isEqualTo(1);
      server.close(Duration.ofMillis(200));
    } finally {
      fixture.server().unblockPublishers();
    }
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(queue, String.class, seen));

    assertThat(seen.next()).isEqualTo("x");
  }

  @Test
  void aMessageStaysWhereItIsUntilItsDeadLetterIsConfirmed() throws Exception {
    fixture.require(Fault.BLOCK_PUBLISHERS);
    String queue = fixture.name("dying");
    Gate gate = new Gate();
    Broker server =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).retry(0),
                    String.class,
                    body -> {
                      gate.pass();
                      throw new IllegalStateException("no");
                    }));
    server.publish("x", to(queue));
    gate.awaitEntered(1);
    fixture.server().blockPublishers();
    try {
      gate.open();
      Expect.counter(server, Counter.FAILED, 1);
      Expect.letPass(Duration.ofMillis(200));
      assertThat(server.health().subscription(queue).orElseThrow().inFlight()).isEqualTo(1);
    } finally {
      fixture.server().unblockPublishers();
    }

    ForeignClient foreign = fixture.foreign();
    assertThat(foreign.take(queue + ".dead").text()).isEqualTo("x");
    await().until(() -> server.health().subscription(queue).orElseThrow().inFlight() == 0);
    assertThat(gate.entered()).as("handled once").isEqualTo(1);
  }
}
