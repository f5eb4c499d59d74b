package dev.parley.conformance;

import static dev.parley.SubscribeOptions.queue;
import static dev.parley.SubscribeOptions.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Batch;
import dev.parley.Broker;
import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.PublishTo;
import dev.parley.Subscriber;
import dev.parley.conformance.Samples.Order;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract §1: a mistake in a declaration is told at registration, with place and remedy. */
@SuppressWarnings("unused") // the parameters are there to be declared wrongly
abstract class DeclarationContract extends Chapter {

  static final class TwoBodies {
    @Subscriber("q")
    void wrong(Order one, String two) {}
  }

  static final class NoQueue {
    @Subscriber
    void wrong(Order order) {}
  }

  static final class BlankQueue {
    @Subscriber("${app.blank}")
    void wrong(Order order) {}
  }

  static final class QueueAndTopic {
    @Subscriber(value = "q", topic = "t", group = "g")
    void wrong(Order order) {}
  }

  static final class TopicAlone {
    @Subscriber(topic = "t")
    void wrong(Order order) {}
  }

  static final class GroupAlone {
    @Subscriber(group = "g")
    void wrong(Order order) {}
  }

  static final class GroupOfAQueue {
    @Subscriber(value = "q", group = "g")
    void wrong(Order order) {}
  }

  static final class BroadcastOfAQueue {
    @Subscriber(value = "q", broadcast = true)
    void wrong(Order order) {}
  }

  static final class BroadcastGroup {
    @Subscriber(topic = "t", group = "g", broadcast = true)
    void wrong(Order order) {}
  }

  static final class RetriedBroadcast {
    @Subscriber(topic = "t", broadcast = true, retry = "2")
    void wrong(Order order) {}
  }

  static final class UnsupportedResult {
    @Subscriber("q")
    Thread wrong(Order order) {
      return Thread.currentThread();
    }
  }

  static final class BatchWithResult {
    @Subscriber("q")
    String wrong(Batch<Order> orders) {
      return "";
    }
  }

  static final class BatchSizeWithoutBatch {
    @Subscriber(value = "q", batchSize = "10")
    void wrong(Order order) {}
  }

  static final class UnknownPlaceholder {
    @Subscriber("${app.unknown}")
    void wrong(Order order) {}
  }

  static final class OpenPlaceholder {
    @Subscriber("${app.prefix")
    void wrong(Order order) {}
  }

  static final class NoNumber {
    @Subscriber(value = "q", concurrency = "many")
    void wrong(Order order) {}
  }

  static final class NoConcurrency {
    @Subscriber(value = "q", concurrency = "0")
    void wrong(Order order) {}
  }

  static final class NegativeRetry {
    @Subscriber(value = "q", retry = "-1")
    void wrong(Order order) {}
  }

  static final class PrefetchBelowConcurrency {
    @Subscriber(value = "q", concurrency = "8", prefetch = "4")
    void wrong(Order order) {}
  }

  static final class NoDuration {
    @Subscriber(value = "q", limit = "soon")
    void wrong(Order order) {}
  }

  static final class HeaderOfUnsupportedType {
    @Subscriber("q")
    void wrong(Order order, @Header("h") List<String> header) {}
  }

  static final class NothingToPublish {
    @Subscriber("q")
    @PublishTo("other")
    void wrong(Order order) {}
  }

  static final class PublishToNowhere {
    @Subscriber("q")
    @PublishTo
    String wrong(Order order) {
      return "";
    }
  }

  static final class StaticMethod {
    @Subscriber("q")
    static void wrong(Order order) {}
  }

  static final class SameQueueTwice {
    @Subscriber("q")
    @Subscriber("q")
    void wrong(Order order) {}
  }

  static Stream<Object> mistakes() {
    return Stream.of(
        new TwoBodies(),
        new NoQueue(),
        new BlankQueue(),
        new QueueAndTopic(),
        new TopicAlone(),
        new GroupAlone(),
        new GroupOfAQueue(),
        new BroadcastOfAQueue(),
        new BroadcastGroup(),
        new RetriedBroadcast(),
        new UnsupportedResult(),
        new BatchWithResult(),
        new BatchSizeWithoutBatch(),
        new UnknownPlaceholder(),
        new OpenPlaceholder(),
        new NoNumber(),
        new NoConcurrency(),
        new NegativeRetry(),
        new PrefetchBelowConcurrency(),
        new NoDuration(),
        new HeaderOfUnsupportedType(),
        new NothingToPublish(),
        new PublishToNowhere(),
        new StaticMethod(),
        new SameQueueTwice());
  }

  @ParameterizedTest
  @MethodSource("dev.parley.conformance.DeclarationContract#mistakes")
  void theMistakeIsToldAtRegistrationWithItsPlace(Object handlers) {
    Broker broker = fixture.broker("app.blank", " ");

    Throwable thrown = catchThrowable(() -> broker.register(handlers));

    assertThat(thrown)
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining(handlers.getClass().getSimpleName())
        .hasMessageContaining("wrong");
    assertThat(broker.subscriptions()).as("nothing is registered then").isEmpty();
  }

  static final class HalfWrong {
    @Subscriber("${app.prefix}good")
    void good(Order order) {}

    @Subscriber("${app.prefix}bad")
    void wrong(Order one, Order two) {}
  }

  @Test
  void oneMistakeKeepsTheWholeObjectFromBeingRegistered() {
    Broker broker = fixture.broker();

    assertThat(catchThrowable(() -> broker.register(new HalfWrong())))
        .isInstanceOf(DeclarationException.class);

    assertThat(broker.subscriptions()).isEmpty();
    try (ForeignClient foreign = fixture.server().foreignClient()) {
      assertThat(foreign.exists(fixture.name("good"))).isFalse();
    }
  }

  @Test
  void anObjectWithoutHandlersIsAMistake() {
    assertThat(catchThrowable(() -> fixture.broker().register(new Samples.Customer())))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("Customer");
  }

  @Test
  void theSameQueueTwiceInOneBrokerIsAMistake() {
    Broker broker = fixture.broker();
    broker.consume("q", String.class, body -> {});

    assertThat(catchThrowable(() -> broker.consume("q", Order.class, order -> {})))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("\"q\"");
    assertThat(broker.subscriptions()).hasSize(1);
  }

  @Test
  void theSameGroupTwiceInOneBrokerIsAMistake() {
    Broker broker = fixture.broker();
    broker.consume(topic("t", "g"), String.class, body -> {});
    broker.consume(topic("t", "h"), String.class, body -> {});

    assertThat(catchThrowable(() -> broker.consume(topic("t", "g"), Order.class, order -> {})))
        .isInstanceOf(DeclarationException.class);
    assertThat(broker.subscriptions()).hasSize(2);
  }

  @Test
  void aLambdaWithABadNumberIsAMistake() {
    assertThat(
            catchThrowable(
                () ->
                    fixture.broker().consume(queue("q").concurrency(0), String.class, body -> {})))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("\"q\"")
        .hasMessageContaining("0");
  }

  /** Takes the message of a client library that this broker has or has not. */
  static final class NativeOfAnother {
    @Subscriber("q")
    void wrong(com.rabbitmq.client.Delivery delivery) {}
  }

  @Test
  void theMessageOfAnotherClientLibraryIsAMistake() {
    fixture.skipUnless(
        !fixture.nativeTypes().contains(com.rabbitmq.client.Delivery.class),
        "The type used as another transport's is this transport's own");

    assertThat(catchThrowable(() -> fixture.broker().register(new NativeOfAnother())))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("Delivery");
  }
}
