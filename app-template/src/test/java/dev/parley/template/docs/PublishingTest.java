package dev.parley.template.docs;

import static dev.parley.PublishOptions.to;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.Message;
import dev.parley.NoHandlerException;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.template.docs.Shop.Order;
import dev.parley.template.docs.Shop.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishingTest extends Bench {
  private final Order order = new Order("A-1", 3);
  private final Receipt expected = new Receipt("A-1", 750);

  @BeforeEach
  void start() {
    broker.register(new Shop());
    broker.consume("receipts", Receipt.class, this::note);
    broker.start();
  }

  @Test
  void theFourWaysToPublish() throws Exception {
    // tag::four-ways
    // 1. Fire and forget: returns when the broker has the message.
    broker.publish(order, to("orders"));

    // 2. Request without waiting: the reply goes to the handler of "receipts".
    broker.publish(order, to("orders").replyTo("receipts"));

    // 3. Call: waits for the reply, 30 seconds at most, and returns null when none came.
    Receipt receipt = broker.publish(order, to("orders").callback(Receipt.class));

    // 4. Call as a future, to have many under way at once.
    CompletableFuture<Receipt> future =
        broker.publishAsync(order, to("orders").callback(Receipt.class));
    // end::four-ways
    assertThat(receipt).isEqualTo(expected);
    assertThat(future).succeedsWithin(LIMIT).isEqualTo(expected);
    assertThat(noted()).isEqualTo(expected.toString());
  }

  @Test
  void limitsOfACall() {
    // tag::call-limits
    var call = to("orders").callback(Receipt.class);

    // A limit of its own, and an exception in place of null.
    Receipt soon = broker.publish(order, call.timeout(ofSeconds(3)).raiseTimeout());

    // As long as it takes.
    Receipt sometime = broker.publish(order, call.noTimeout());
    // end::call-limits
    assertThat(soon).isEqualTo(expected);
    assertThat(sometime).isEqualTo(expected);
  }

  @Test
  void callsThatFeelLikeMethods() {
    // tag::typed
    interface Desk {
      @Subscriber("orders")
      Receipt place(Order order);
    }
    Desk desk = broker.client(Desk.class);
    Receipt receipt = desk.place(order);
    // end::typed
    assertThat(receipt).isEqualTo(expected);
  }

  @Test
  void timeoutIsNullOrAnException() {
    broker.declare("nobody-yet");
    var call = to("nobody-yet").callback(Receipt.class).timeout(Duration.ofMillis(50));

    assertThat(broker.publish(order, call)).isNull();
    assertThatThrownBy(() -> broker.publish(order, call.raiseTimeout()))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void fullReply() {
    // tag::call-reply
    Reply<Receipt> reply = broker.request(order, to("orders").callback(Receipt.class));

    reply.value(); // the receipt
    reply.headers(); // what the handler added
    reply.server(); // the name of the instance that served it
    reply.queued(); // how long the request waited for its handler
    reply.handled(); // how long the handler took
    reply.total(); // from publish to reply
    // end::call-reply
    assertThat(reply.value()).isEqualTo(expected);
    assertThat(reply.server()).contains(broker.name());
    assertThat(reply.total()).isPresent();
  }

  @Test
  void replyWithTypeArguments() {
    broker.subscribe("split", String.class, text -> List.of(text.split(" ")));
    // tag::call-generic
    List<String> words =
        broker.publish("to be or", to("split").callback(new TypeRef<List<String>>() {}));
    // end::call-generic
    assertThat(words).containsExactly("to", "be", "or");
  }

  @Test
  void manyCallsAtOnce() {
    // tag::call-many
    List<CompletableFuture<Receipt>> calls =
        List.of("A-1", "A-2", "A-3").stream()
            .map(id -> new Order(id, 1))
            .map(each -> broker.publishAsync(each, to("orders").callback(Receipt.class)))
            .toList();
    long cents = calls.stream().mapToLong(call -> call.join().cents()).sum();
    // end::call-many
    assertThat(cents).isEqualTo(750);
  }

  @Test
  void optionsOfAPublish() {
    // tag::publish-options
    PublishOptions options =
        to("orders")
            .key("Ada") // orders of one key are handled one after the other
            .header("tenant", "north")
            .messageId("A-1") // default: 128 random bits
            .ttl(ofMinutes(5)) // thrown away when no handler had it by then
            .delay(ofSeconds(10)); // not delivered before
    broker.publish(order, options);
    // end::publish-options
    assertThat(options.key()).contains("Ada");
  }

  @Test
  void messageInPlaceOfABody() {
    // tag::publish-message
    broker.publish(Message.of(order).header("tenant", "north").key("Ada"), to("orders"));
    // end::publish-message
  }

  @Test
  void queueThatNobodyDeclaredIsAnErrorAndNotAVoid() {
    assertThatThrownBy(() -> broker.publish(order, to("ordres")))
        .isInstanceOf(NoHandlerException.class)
        .hasMessageContaining("ordres");
    // tag::declare
    broker.declare("tomorrow"); // work may wait here for its first handler
    broker.publish(order, to("tomorrow"));
    // end::declare
  }

  @Test
  void failureOfACallHasACode() {
    // tag::error-catch
    try {
      broker.publish(order, to("ordres").callback(Receipt.class));
    } catch (NoHandlerException e) {
      note("nobody handles that queue");
    } catch (BrokerException e) {
      note(e.code());
    }
    // end::error-catch
    assertThat(broker.counters().callsInFlight()).isZero();
  }
}
