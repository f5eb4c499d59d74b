package dev.parley.test;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.NoHandlerException;
import dev.parley.SubscribeOptions;
import dev.parley.TypeRef;
import dev.parley.test.Shop.Order;
import dev.parley.test.Shop.Receipt;
import dev.parley.test.Shop.Shipment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestBrokerTest {

  @RegisterExtension
  final TestBroker broker =
      TestBroker.with(Shop::new)
          .declaring("shipments", "audit", "receipts")
          .declaringTopics("news");

  @Test
  void aCallIsAnsweredByTheHandlers() {
    Receipt receipt = broker.publish(new Order("A-1", 2), to("orders").callback(Receipt.class));

    assertThat(receipt).isEqualTo(new Receipt("A-1", 500));
    assertThat(broker.replies("orders", Receipt.class)).containsExactly(receipt);
  }

  @Test
  void whatAHandlerPublishesIsKnownByWhereItWent() {
    broker.publish(new Order("A-1", 2), to("orders"));
    broker.publish(new Order("A-2", 1), to("orders"));
    broker.awaitHandled("orders");

    assertThat(broker.published("shipments", Shipment.class))
        .containsExactly(new Shipment("A-1"), new Shipment("A-2"));
    assertThat(broker.published("audit", Receipt.class))
        .containsExactly(new Receipt("A-1", 500), new Receipt("A-2", 250));
    assertThat(broker.published("elsewhere")).isEmpty();
  }

  @Test
  void aPublishedMessageShowsAllOfIt() {
    broker.publish(
        new Order("A-1", 2),
        to("orders")
            .key("k")
            .messageId("m-1")
            .replyTo("receipts")
            .header("tenant", "acme")
            .ttl(Duration.ofMinutes(5))
            .delay(Duration.ofMillis(1)));
    broker.awaitHandled("orders");
    PublishedMessage order = broker.published("orders").get(0);
    PublishedMessage reply = broker.published("receipts").get(0);

    assertThat(order.to()).isEqualTo("orders");
    assertThat(order.body(Order.class)).isEqualTo(new Order("A-1", 2));
    assertThat(order.body(new TypeRef<Order>() {})).isEqualTo(new Order("A-1", 2));
    assertThat(order.text()).isEqualTo("{\"id\":\"A-1\",\"quantity\":2}");
    assertThat(new String(order.bytes(), StandardCharsets.UTF_8)).isEqualTo(order.text());
    assertThat(order.contentType()).contains("application/json");
    assertThat(order.headers()).containsOnlyKeys("tenant");
    assertThat(order.header("tenant")).contains("acme");
    assertThat(order.key()).contains("k");
    assertThat(order.messageId()).contains("m-1");
    assertThat(order.replyTo()).contains("receipts");
    assertThat(order.ttl()).contains(Duration.ofMinutes(5));
    assertThat(order.delay()).isEqualTo(Duration.ofMillis(1));
    assertThat(order.error()).isEmpty();
    assertThat(reply.body(Receipt.class)).isEqualTo(new Receipt("A-1", 500));
  }

  @Test
  void listsOfBodiesTakeTypesWithTypeArguments() {
    broker.publish(List.of(new Shipment("A-1")), to("shipments"));

    assertThat(broker.published("shipments", new TypeRef<List<Shipment>>() {}))
        .containsExactly(List.of(new Shipment("A-1")));
  }

  @Test
  void nullIsABodyToo() {
    broker.publish(null, to("shipments"));

    assertThat(broker.published("shipments", Shipment.class)).containsExactly((Shipment) null);
  }

  @Test
  void aFailedRequestLeavesAnErrorReply() {
    assertThatThrownBy(
            () -> broker.publish(new Order("A-1", 0), to("orders").callback(Receipt.class)))
        .isInstanceOf(HandlerFailedException.class);

    broker.awaitHandled("orders");
    assertThat(broker.replies("orders").get(0).error()).contains(ErrorCode.HANDLER_FAILED);
    assertThat(broker.deadLettersOf("orders")).isEmpty();
  }

  @Test
  void aMessageThatFailsForGoodIsADeadLetter() {
    broker.publish(new Order("A-1", 0), to("orders").header("tenant", "acme"));
    broker.awaitIdle();

    DeadLetter letter = broker.deadLettersOf("orders").get(0);
    assertThat(letter.body(Order.class)).isEqualTo(new Order("A-1", 0));
    assertThat(letter.body(new TypeRef<Order>() {})).isEqualTo(new Order("A-1", 0));
    assertThat(letter.code()).isEqualTo(ErrorCode.HANDLER_FAILED);
    assertThat(letter.errorType()).isEqualTo("IllegalStateException");
    assertThat(letter.errorMessage()).isEqualTo("no price for 0");
    assertThat(letter.attempts()).isEqualTo(4);
    assertThat(letter.message().headers()).containsOnlyKeys("tenant");
    assertThat(letter.message().to()).isEqualTo("orders.dead");
  }

  @Test
  void aDeadLetterThatIsNoOrderCanStillBeLookedAt() {
    broker.publish("{not json", to("orders"));
    broker.awaitIdle();

    DeadLetter letter = broker.deadLettersOf("orders").get(0);
    assertThat(letter.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(letter.attempts()).isEqualTo(1);
    assertThat(letter.body(String.class)).isEqualTo("{not json");
  }

  @Test
  void theNextHandledMessageIsAwaitedAfterADeadLetterTheTestHasSeen() {
    broker.publish(new Order("A-1", 0), to("orders"));
    broker.awaitIdle();
    assertThat(broker.deadLettersOf("orders")).hasSize(1);

    broker.publish(new Order("A-2", 1), to("orders"));
    broker.awaitHandled("orders");

    assertThat(broker.published("audit", Receipt.class)).containsExactly(new Receipt("A-2", 250));
  }

  @Test
  void awaitHandledWaitsUntilTheMessageIsAcknowledged() throws Exception {
    CountDownLatch returns = new CountDownLatch(1);
    broker.consume("slow", String.class, body -> returns.await());
    broker.publish("a", to("slow"));
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> broker.awaitHandled("slow", 1));
    assertThat(broker.published("slow", String.class)).containsExactly("a");
    assertThat(waiting).isNotDone();

    returns.countDown();

    waiting.get(5, TimeUnit.SECONDS);
    assertThat(broker.health().subscription("slow").orElseThrow().inFlight()).isZero();
  }

  @Test
  void awaitIdleWaitsForAllThatFollowsFromAMessage() {
    broker.consume("first", String.class, body -> broker.publish(body + "b", to("second")));
    broker.consume(
        "second",
        String.class,
        body -> broker.publish(body + "c", to("third").delay(Duration.ofMillis(30))));
    broker.consume("third", String.class, body -> broker.publish(body + "d", to("audit")));

    broker.publish("a", to("first"));
    broker.awaitIdle();

    assertThat(broker.published("audit", String.class)).containsExactly("abcd");
  }

  @Test
  void awaitPublishedWaitsForWhoPublishesInItsOwnTime() throws Exception {
    Thread publisher =
        new Thread(
            () -> {
              broker.publish(new Shipment("A-1"), to("shipments"));
              broker.publish(new Shipment("A-2"), to("shipments"));
            },
            "publisher");
    publisher.start();

    assertThat(broker.awaitPublished("shipments", Shipment.class)).contains(new Shipment("A-1"));
    assertThat(broker.awaitPublished("shipments", 2, Shipment.class))
        .containsExactly(new Shipment("A-1"), new Shipment("A-2"));
    publisher.join(5_000);
  }

  @Test
  void handlersOfAsynchronousStagesAreAwaitedToo() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    broker.subscribe("async", String.class, body -> stage);
    CompletableFuture<String> reply = broker.publishAsync("a", to("async").callback(String.class));

    stage.complete("done");
    broker.awaitHandled("async");

    assertThat(reply).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("done");
  }

  @Test
  void everyGroupOfATopicIsAwaited() {
    broker.consume(SubscribeOptions.topic("prices", "billing"), String.class, body -> {});
    broker.consume(SubscribeOptions.topic("prices", "stock"), String.class, body -> {});

    broker.publish("1", toTopic("prices"));
    broker.awaitHandled("prices", 2);

    assertThat(broker.published("prices", String.class)).containsExactly("1");
  }

  @Test
  void declaredTopicsAndQueuesTakeMessagesAndOthersDoNot() {
    broker.publish("a", toTopic("news"));
    broker.publish("b", to("shipments"));

    assertThatThrownBy(() -> broker.publish("c", to("nowhere")))
        .isInstanceOf(NoHandlerException.class);
    broker.awaitIdle();
    assertThat(broker.published("nowhere")).isEmpty();
  }

  @Test
  void otherBrokersOfTheTestAreSeenToo() {
    try (Broker other = Broker.of(broker.url())) {
      other.publish(new Order("A-1", 2), to("orders"));
    }
    broker.awaitHandled("orders");

    assertThat(broker.published("orders", Order.class)).containsExactly(new Order("A-1", 2));
  }

  @Test
  void whatHappenedCanBeAskedAfterClose() {
    broker.publish(new Order("A-1", 2), to("orders"));
    broker.awaitHandled("orders");
    broker.close();

    assertThat(broker.published("shipments", Shipment.class)).containsExactly(new Shipment("A-1"));
    assertThatThrownBy(() -> broker.publish("a", to("orders"))).hasMessageContaining("closed");
  }
}
