package dev.parley.template.docs;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.DeadLetter;
import dev.parley.DeadLetters;
import dev.parley.HandlerFailedException;
import dev.parley.Key;
import dev.parley.Message;
import dev.parley.Reject;
import dev.parley.RetryAfter;
import dev.parley.Subscriber;
import dev.parley.template.docs.Shop.Order;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeliveryTest extends Bench {
  private static final Order ORDER = new Order("A-1", 3);

  final class Printer {
    // tag::retry
    @Subscriber(value = "labels", retry = "5", noRetry = IllegalArgumentException.class)
    void print(Message<Order> message) {
      if (message.attempt() == 1) {
        throw new RetryAfter(Duration.ofMillis(20), "out of paper"); // once more, in a moment
      }
      if (message.body().quantity() > 1_000) {
        throw new Reject("too many labels"); // no use in trying again
      }
      note(message.attempt() + " " + message.body().id());
    }

    // end::retry

    // tag::dead-letters
    @Subscriber("labels.dead")
    void onDeadLabel(Message<Order> letter) { // the original body and headers, and why it is here
      note(letter.body().id() + ": " + letter.header("parley-error-message").orElse(""));
    }
    // end::dead-letters
  }

  final class Billing {
    // tag::topic
    @Subscriber(topic = "prices", group = "billing")
    void onPrice(Price price) {
      note("billing " + price.cents());
    }

    @Subscriber(topic = "prices", broadcast = true)
    void refreshCache(Price price) {
      note("cache " + price.cents());
    }
    // end::topic
  }

  // tag::key
  record Price(@Key String item, long cents) {}

  // end::key

  @Test
  void retryAfterBringsTheMessageBack() throws Exception {
    broker.register(new Printer());
    broker.start();

    broker.publish(ORDER, to("labels"));

    assertThat(noted()).isEqualTo("2 A-1");
  }

  @Test
  void rejectedMessageIsADeadLetterWithTheReason() throws Exception {
    broker.register(new Printer());
    broker.start();

    broker.publish(new Order("A-2", 2_000), to("labels"));

    assertThat(noted()).isEqualTo("A-2: too many labels");
  }

  @Test
  void deadLettersAreListedAndReplayed() throws Exception {
    AtomicBoolean paper = new AtomicBoolean();
    broker.consume(
        "labels",
        Order.class,
        order -> {
          if (!paper.get()) {
            throw new Reject("out of paper");
          }
          note(order.id());
        });
    broker.start();
    broker.publish(ORDER, to("labels"));
    await().until(() -> broker.deadLetters("labels").list(1).size() == 1);
    paper.set(true);
    // tag::replay
    DeadLetters letters = broker.deadLetters("labels");

    for (DeadLetter letter : letters.list(100)) { // they stay where they are
      note(letter.messageId().orElse("?") + ": " + letter.errorMessage());
    }
    int replayed = letters.replay(1_000, letter -> letter.errorMessage().contains("out of paper"));
    // end::replay
    assertThat(noted()).endsWith(": out of paper");
    assertThat(noted()).isEqualTo("A-1");
    assertThat(replayed).isEqualTo(1);
  }

  static final class Quotes {
    // tag::load-shedding
    @Subscriber(value = "quotes", concurrency = "8", loadShedding = "true")
    Price quote(String item) {
      return new Price(item, 250);
    }
    // end::load-shedding
  }

  @Test
  void aServerThatShedsLoadAnswersWhatItCan() {
    broker.register(new Quotes());
    broker.start();

    assertThat(broker.publish("tea", to("quotes").callback(Price.class)))
        .isEqualTo(new Price("tea", 250));
  }

  @Test
  void groupsAndInstancesGetCopies() throws Exception {
    broker.register(new Billing());
    broker.start();
    // tag::publish-topic
    broker.publish(new Price("tea", 250), toTopic("prices"));
    // end::publish-topic
    assertThat(new String[] {noted(), noted()})
        .containsExactlyInAnyOrder("billing 250", "cache 250");
  }

  @Test
  void registeredErrorIsRebuiltAtTheCaller() {
    // tag::error-registered
    Broker shop =
        Broker.builder()
            .url("memory:shop")
            .error("out-of-stock", OutOfStock.class, OutOfStock::new)
            .build();
    // end::error-registered
    try (shop) {
      String queue = "orders-" + UUID.randomUUID();
      shop.consume(
          queue,
          Order.class,
          order -> {
            throw new OutOfStock("no tea left");
          });
      shop.start();

      assertThatThrownBy(() -> shop.publish(ORDER, to(queue).callback(Void.class)))
          .isInstanceOf(OutOfStock.class)
          .hasMessage("no tea left");
    }
  }

  @Test
  void otherErrorIsToldByTypeAndMessage() {
    broker.consume(
        "orders",
        Order.class,
        order -> {
          throw new OutOfStock("no tea left");
        });
    broker.start();

    assertThatThrownBy(() -> broker.publish(ORDER, to("orders").callback(Void.class)))
        .isInstanceOfSatisfying(
            HandlerFailedException.class, e -> assertThat(e.remoteType()).isEqualTo("OutOfStock"));
  }

  static final class OutOfStock extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutOfStock(String message) {
      super(message);
    }
  }
}
