package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.broadcast;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.TypeRef;
import dev.parley.spi.Capability;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contract §5: what is lost comes back by itself. */
@Timeout(120)
abstract class RecoveryContract extends Chapter {

  @Test
  void callsWorkAgainAfterConnectionsWereCut() {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("echo");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    Broker client = fixture.broker();

    for (int i = 0; i < 3; i++) {
      Expect.answer(client, queue);
      fixture.server().cutConnections();
    }

    Expect.answer(client, queue);
    Expect.running(server, queue);
  }

  @Test
  void thereIsOneConsumerForEachHandlerAfterRecovery() throws Exception {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("single");
    String news = fixture.name("news");
    Gate gate = new Gate();
    Seen<String> heard = new Seen<>();
    Broker server =
        fixture.started(
            on -> {
              on.subscribe(fixture.name("echo"), String.class, body -> body);
              on.consume(queue, String.class, body -> gate.pass());
              on.consume(broadcast(news), String.class, heard);
            });
    int threads = Fixture.threadsOf(server.name()).size();
    for (int i = 0; i < 3; i++) {
      fixture.server().cutConnections();
      Expect.answer(server, fixture.name("echo"));
    }
    Expect.running(server, queue);

    server.publish("1", to(queue));
    server.publish("2", to(queue));
    server.publish("once", PublishOptions.toTopic(news));

    assertThat(heard.next()).isEqualTo("once");
    heard.assertNothingMore();
    gate.awaitEntered(1);
    assertThat(gate.entered()).isEqualTo(1);
    gate.open();
    assertThat(Fixture.threadsOf(server.name())).hasSizeLessThan(threads + 10);
  }

  @Test
  void aMessageOfAConsumerThatWasCutOffIsSettledOrDeliveredAgain() throws Exception {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("redelivered");
    Gate gate = new Gate();
    Seen<Message<String>> seen = new Seen<>();
    Broker server =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).concurrency(2),
                    new TypeRef<Message<String>>() {},
                    message -> {
                      seen.handle(message);
                      gate.pass();
                    }));
    server.publish("x", to(queue).messageId("m-1"));
    Message<String> first = seen.next();

    fixture.server().cutConnections();
    if (fixture.capabilities().contains(Capability.DELIVERY_SURVIVES_RECONNECT)) {
      gate.open();
      Expect.counter(server, Counter.HANDLED, 1);
    } else {
      assertThat(seen.next().messageId()).contains("m-1");
      gate.open();
    }

    assertThat(first.attempt()).isEqualTo(1);
    seen.assertNothingMore();
  }

  @Test
  void aCallInFlightEndsAtOnceWhereItsReplyIsLost() throws Exception {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("in-flight");
    Gate gate = new Gate();
    fixture.started(
        on ->
            on.subscribe(
                queue(queue).concurrency(2).retry(0),
                String.class,
                body -> {
                  gate.pass();
                  return body;
                }));
    Broker client = fixture.broker();
    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class));
    gate.awaitEntered(1);

    fixture.server().cutConnections();

    if (fixture.capabilities().contains(Capability.REPLY_SURVIVES_RECONNECT)) {
      gate.open();
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("x");
    } else {
      Expect.failsAtOnce(ErrorCode.CONNECTION_LOST, () -> call.get(10, TimeUnit.SECONDS));
      gate.open();
    }
    Expect.noCallInFlight(client);
  }

  @Test
  void aQueueThatIsDeletedUnderItsConsumerIsThereAgain() throws Exception {
    fixture.require(Fault.DELETE_QUEUE);
    String queue = fixture.name("deleted");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    Broker client = fixture.broker();
    Expect.answer(client, queue);

    fixture.server().delete(queue);

    Expect.answer(client, queue);
    Expect.running(server, queue);
    assertThat(server.counters().get(Counter.HANDLED)).isGreaterThanOrEqualTo(2);
  }
}
