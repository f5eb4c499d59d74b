package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.Expect.await;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.CallOptions;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.conformance.RawMessage.Property;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Contract §4: what streams look like on the wire, to a peer that does what it likes. */
abstract class StreamFramesContract extends Chapter {

  private final AtomicInteger produced = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Broker counting(String... settings) {
    return fixture.started(
        on ->
            on.subscribe(
                fixture.name("count"),
                Integer.class,
                n ->
                    IntStream.rangeClosed(1, n)
                        .peek(produced::set)
                        .boxed()
                        .onClose(() -> closed.set(true))),
        settings);
  }

  private RawMessage request(String body, String replies) {
    return RawMessage.json(body)
        .with(Property.REPLY_TO, replies)
        .with(Property.CORRELATION_ID, "c-1");
  }

  @Test
  void aCallerThatKnowsNothingOfCreditGetsAllItemsAndTheEnd() {
    counting();
    ForeignClient foreign = fixture.foreign();
    String replies = foreign.openReplies();

    foreign.send(fixture.name("count"), request("20", replies));

    for (int i = 1; i <= 20; i++) {
      RawMessage item = foreign.take(replies);
      assertThat(item.text()).isEqualTo(Integer.toString(i));
      assertThat(item.header("parley-seq")).isEqualTo(Integer.toString(i));
    }
    assertThat(foreign.take(replies).header("parley-status")).isEqualTo("END");
  }

  @Test
  void aCallerThatGivesNoSignIsMissedWithinTenSeconds() {
    Broker server = counting();
    ForeignClient foreign = fixture.foreign();
    String replies = foreign.openReplies();
    long begin = System.nanoTime();

    foreign.send(
        fixture.name("count"), request("1000000", replies).header("parley-signal", "CREDIT 5"));

    assertThat(foreign.take(replies).header("parley-inbox")).isNotEmpty();
    await().untilTrue(closed);
    assertThat(Expect.since(begin)).isBetween(ofSeconds(8), ofSeconds(11));
    assertThat(produced.get()).isLessThanOrEqualTo(6); // and the one in the hand
    Expect.counter(server, Counter.CANCELLED, 1);
    Expect.counter(server, Counter.ITEMS_SENT, 5);
  }

  /** A server of another make, which sends what the test says. */
  private final class Server {
    private final ForeignClient foreign = fixture.foreign();
    private final RawMessage request;

    Server(String queue) {
      request = foreign.take(queue);
    }

    Server item(int seq) {
      return send(RawMessage.json(Integer.toString(seq)).header("parley-seq", "" + seq));
    }

    Server end(int seq) {
      return send(RawMessage.of("").header("parley-seq", "" + seq).header("parley-status", "END"));
    }

    private Server send(RawMessage message) {
      foreign.answer(request, message);
      return this;
    }
  }

  private CallOptions<Integer> call(String queue) {
    return to(queue).callback(Integer.class).idleTimeout(ofSeconds(10));
  }

  private String declared(String name) {
    String queue = fixture.name(name);
    fixture.foreign().declare(queue);
    return queue;
  }

  @Test
  void aDuplicateIsDropped() {
    String queue = declared("twice");
    Iterator<Integer> items = fixture.broker().stream(1, call(queue)).iterator();

    new Server(queue).item(1).item(1).item(2).item(1).item(2).item(3).end(4);

    assertThat(items).toIterable().containsExactly(1, 2, 3);
  }

  @Test
  void aGapIsAnErrorBehindTheItemsBeforeIt() {
    String queue = declared("gap");
    Broker client = fixture.broker();
    Iterator<Integer> items = client.stream(1, call(queue)).iterator();

    new Server(queue).item(1).item(2).item(4);

    assertThat(items.next()).isEqualTo(1);
    assertThat(items.next()).isEqualTo(2);
    assertThatThrownBy(items::next)
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageContaining("4 came in place of 3");
    Expect.noCallInFlight(client);
  }

  @Test
  void anEndBeforeTheLastItemIsAGap() {
    String queue = declared("short");
    Iterator<Integer> items = fixture.broker().stream(1, call(queue)).iterator();

    new Server(queue).item(1).end(3);

    assertThat(items.next()).isEqualTo(1);
    assertThatThrownBy(items::hasNext).isInstanceOf(ConnectionLostException.class);
  }

  @Test
  void aServerThatSendsMoreThanWasGrantedIsCutOff() {
    String queue = declared("eager");
    Broker client = fixture.broker();
    Iterator<Integer> items = client.stream(1, call(queue).credit(2)).iterator();
    Server server = new Server(queue);

    server.item(1).item(2).item(3);

    await().until(() -> client.counters().callsInFlight() == 0);
    assertThat(items.next()).isEqualTo(1);
    assertThat(items.next()).isEqualTo(2);
    assertThatThrownBy(items::next).hasMessageContaining("item 3 was sent where 2 were granted");
  }

  @Test
  void aServerThatNamedItselfAndFallsSilentIsMissed() {
    String queue = declared("silent");
    Broker client = fixture.broker("stream.heartbeat", "200ms");
    Iterator<Integer> items = client.stream(1, call(queue)).iterator();
    Server server = new Server(queue);
    String inbox = server.foreign.openReplies();

    server.send(
        RawMessage.of("")
            .header("parley-epoch", "run-1")
            .header("parley-inbox", inbox)
            .header("parley-signal", "PING"));

    assertThatThrownBy(items::hasNext)
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageContaining("no sign for PT0.6S");
    RawMessage said = server.foreign.take(inbox);
    while (!"CANCEL".equals(said.header("parley-signal"))) { // signs of life come before it
      assertThat(said.header("parley-signal")).startsWith("CREDIT ");
      said = server.foreign.take(inbox);
    }
    assertThat(said.header("parley-epoch")).isEqualTo("run-1");
  }

  @Test
  void aSecondRunOfARequestIsToldThatItIsNotWanted() {
    String queue = declared("again");
    Broker client = fixture.broker();
    Iterator<Integer> items = client.stream(1, call(queue)).iterator();
    Server server = new Server(queue);
    String inbox = server.foreign.openReplies();

    server.send(RawMessage.json("1").header("parley-seq", "1").header("parley-epoch", "run-1"));
    server.send(
        RawMessage.of("")
            .header("parley-epoch", "run-2")
            .header("parley-inbox", inbox)
            .header("parley-signal", "PING"));
    server.send(RawMessage.json("2").header("parley-seq", "2").header("parley-epoch", "run-1"));
    server.send(RawMessage.json("7").header("parley-seq", "3").header("parley-epoch", "run-2"));
    server.send(
        RawMessage.of("")
            .header("parley-seq", "3")
            .header("parley-epoch", "run-1")
            .header("parley-status", "END"));

    assertThat(items).toIterable().containsExactly(1, 2);
    RawMessage said = server.foreign.take(inbox);
    assertThat(said.header("parley-signal")).isEqualTo("CANCEL");
    assertThat(said.header("parley-epoch")).isEqualTo("run-2");
  }

  @Test
  void aSilentServerIsEndedByTheIdleTimeout() {
    String queue = declared("idle");
    Broker client = fixture.broker();

    assertThatThrownBy(
            () -> client.stream(1, call(queue).idleTimeout(ofMillis(300))).iterator().hasNext())
        .hasMessageContaining("within PT0.3S");
    Expect.noCallInFlight(client);
  }
}
