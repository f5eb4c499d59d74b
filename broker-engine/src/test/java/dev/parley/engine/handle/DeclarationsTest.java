package dev.parley.engine.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Batch;
import dev.parley.BrokerClosedException;
import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.Message;
import dev.parley.PublishTo;
import dev.parley.Reply;
import dev.parley.SubscribeOptions;
import dev.parley.Subscriber;
import dev.parley.engine.doubles.HandleBench;
import dev.parley.spi.TransportOption;
import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake is told at registration: with class and method, what is wrong, and the remedy. */
@SuppressWarnings("unused") // handlers are found by reflection
class DeclarationsTest {

  private final HandleBench bench =
      new HandleBench(Map.of("empty", "", "many", "lots", "orders.queue", "orders"));

  @AfterEach
  void closeBench() {
    bench.close();
  }

  static final class TwoBodies {
    @Subscriber("q")
    void handle(String one, List<Integer> two) {}
  }

  static final class BodyAndMessage {
    @Subscriber("q")
    void handle(String one, Message<String> two) {}
  }

  static final class RawMessage {
    @Subscriber("q")
    @SuppressWarnings("rawtypes") // the mistake
    void handle(Message message) {}
  }

  static final class MessageOfReply {
    @Subscriber("q")
    void handle(Message<Reply<String>> message) {}
  }

  static final class BatchAndHeader {
    @Subscriber("q")
    void handle(Batch<String> batch, @Header("h") String header) {}
  }

  static final class BatchWithResult {
    @Subscriber("q")
    int handle(Batch<String> batch) {
      return 1;
    }
  }

  static final class BatchSizeWithoutBatch {
    @Subscriber(value = "q", batchSize = "10")
    void handle(List<String> one) {}
  }

  static final class BatchOfNone {
    @Subscriber(value = "q", batchSize = "0")
    void handle(Batch<String> one) {}
  }

  static final class NoName {
    @Subscriber
    void handle(String body) {}
  }

  static final class EmptyName {
    @Subscriber("${empty}")
    void handle(String body) {}
  }

  static final class QueueAndTopic {
    @Subscriber(value = "q", topic = "t", group = "g")
    void handle(String body) {}
  }

  static final class QueueWithGroup {
    @Subscriber(value = "q", group = "g")
    void handle(String body) {}
  }

  static final class TopicWithoutGroup {
    @Subscriber(topic = "t")
    void handle(String body) {}
  }

  static final class GroupAndBroadcast {
    @Subscriber(topic = "t", group = "g", broadcast = true)
    void handle(String body) {}
  }

  static final class UnknownPlaceholder {
    @Subscriber("${nobody.knows}")
    void handle(String body) {}
  }

  static final class NoNumber {
    @Subscriber(value = "q", concurrency = "${many}")
    void handle(String body) {}
  }

  static final class NoConcurrency {
    @Subscriber(value = "q", concurrency = "0")
    void handle(String body) {}
  }

  static final class NegativeRetry {
    @Subscriber(value = "q", retry = "-1")
    void handle(String body) {}
  }

  static final class SmallPrefetch {
    @Subscriber(value = "q", concurrency = "8", prefetch = "4")
    void handle(String body) {}
  }

  static final class LargePrefetch {
    @Subscriber(value = "q", prefetch = "65536")
    void handle(String body) {}
  }

  static final class NoUnit {
    @Subscriber(value = "q", limit = "90")
    void handle(String body) {}
  }

  static final class Static {
    @Subscriber("q")
    static void handle(String body) {}
  }

  static final class NamelessHeader {
    @Subscriber("q")
    void handle(@Header("") String header) {}
  }

  static final class PublishesNothing {
    @Subscriber("q")
    @PublishTo("next")
    void handle(String body) {}
  }

  static final class PublishesNowhere {
    @Subscriber("q")
    @PublishTo
    String handle(String body) {
      return body;
    }
  }

  static final class PublishesTwice {
    @Subscriber("q")
    @PublishTo(value = "a", topic = "b")
    String handle(String body) {
      return body;
    }
  }

  static final class ReturnsFuture {
    @Subscriber("q")
    Future<String> handle(String body) {
      return CompletableFuture.completedFuture(body);
    }
  }

  static final class ReturnsStageOfStream {
    @Subscriber("q")
    CompletableFuture<InputStream> handle(String body) {
      return CompletableFuture.completedFuture(InputStream.nullInputStream());
    }
  }

  static final class ReturnsReplies {
    @Subscriber("q")
    List<Reply<String>> handle(Reply<String> body) {
      return List.of(body);
    }
  }

  static final class ReturnsRawMessage {
    @Subscriber("q")
    @SuppressWarnings("rawtypes") // the mistake
    Message handle(String body) {
      return Message.of(body);
    }
  }

  static final class Nothing {
    void handle(String body) {}
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(new TwoBodies(), "TwoBodies.handle(String, List): ", "use one record"),
        Arguments.of(new BodyAndMessage(), "BodyAndMessage.handle(String, Message)", "one body"),
        Arguments.of(new RawMessage(), "RawMessage.handle(Message)", "as in Message<Order>"),
        Arguments.of(new MessageOfReply(), "Message of Reply cannot be read", "one of them"),
        Arguments.of(new BatchAndHeader(), "must be the only parameter", "batch.messages()"),
        Arguments.of(new BatchWithResult(), "BatchWithResult.handle(Batch)", "make it void"),
        Arguments.of(new BatchSizeWithoutBatch(), "batchSize", "Batch<T>"),
        Arguments.of(new BatchOfNone(), "batchSize must be 1 or more", "was 0"),
        Arguments.of(new NoName(), "needs a queue or a topic", "@Subscriber(\"orders\")"),
        Arguments.of(new EmptyName(), "needs a queue or a topic", "@Subscriber(\"orders\")"),
        Arguments.of(new QueueAndTopic(), "one of them", "@Subscriber(\"orders\")"),
        Arguments.of(new QueueWithGroup(), "belong to a topic", "use topic = \"q\""),
        Arguments.of(new TopicWithoutGroup(), "\"t\" needs a group", "broadcast = true"),
        Arguments.of(new GroupAndBroadcast(), "\"t\" needs a group", "not both"),
        Arguments.of(new UnknownPlaceholder(), "UnknownPlaceholder.handle", "nobody.knows"),
        Arguments.of(new NoNumber(), "concurrency must be a whole number", "\"lots\""),
        Arguments.of(new NoConcurrency(), "concurrency must be 1 or more", "was 0"),
        Arguments.of(new NegativeRetry(), "retry must be 0 or more", "was -1"),
        Arguments.of(new SmallPrefetch(), "prefetch 4 is less than the 8", "raise it to 8"),
        Arguments.of(new LargePrefetch(), "prefetch must be at most 65535", "65536"),
        Arguments.of(new NoUnit(), "limit needs a unit", "90s"),
        Arguments.of(new Static(), "Static.handle(String)", "make it an instance method"),
        Arguments.of(new NamelessHeader(), "NamelessHeader.handle(String)", "name of a header"),
        Arguments.of(new PublishesNothing(), "there is none", "return a value"),
        Arguments.of(new PublishesNowhere(), "@PublishTo needs a queue", "@PublishTo(\"queue\")"),
        Arguments.of(new PublishesTwice(), "@PublishTo needs a queue", "one of them"),
        Arguments.of(new ReturnsFuture(), "Future", "return a CompletionStage"),
        Arguments.of(new ReturnsStageOfStream(), "java.io.InputStream", "return a value"),
        Arguments.of(new ReturnsReplies(), "cannot return java.util.List", "return the values"),
        Arguments.of(new ReturnsRawMessage(), "dev.parley.Message", "as in Message<Receipt>"),
        Arguments.of(new Nothing(), "Nothing has no @Subscriber method", "broker.subscribe"),
        Arguments.of(Nothing.class, "is a class", "new Nothing(...)"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsToldWithItsRemedy(Object handlers, String what, String remedy) {
    assertThatThrownBy(() -> bench.register(handlers))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining(what)
        .hasMessageContaining(remedy);
    assertThat(bench.registry.all()).isEmpty();
  }

  @Test
  void mistakesOfLambdasAreToldAsWell() {
    assertThatThrownBy(() -> bench.handle(SubscribeOptions.queue("${empty}"), String.class, b -> b))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("the queue \"${empty}\" is empty");
    assertThatThrownBy(
            () -> bench.handle(SubscribeOptions.topic("t", "${empty}"), String.class, b -> b))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("the group \"${empty}\" is empty");
    assertThatThrownBy(
            () -> bench.handle(SubscribeOptions.queue("q").concurrency(0), String.class, b -> b))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("the handler of queue \"q\": concurrency must be 1 or more, was 0");
  }

  static final class Twice {
    @Subscriber("${orders.queue}")
    void one(String body) {}

    @Subscriber("orders")
    void two(String body) {}
  }

  @Test
  void theSameQueueTwiceIsAMistakeAndNothingIsRegistered() {
    assertThatThrownBy(() -> bench.register(new Twice()))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("Twice.two(String)")
        .hasMessageContaining("Twice.one(String)")
        .hasMessageContaining("queue \"orders\"");
    assertThat(bench.registry.all()).isEmpty();
    bench.handle(SubscribeOptions.topic("t", "g"), String.class, body -> body);
    bench.handle(SubscribeOptions.topic("t", "h"), String.class, body -> body);
    assertThatThrownBy(
            () -> bench.handle(SubscribeOptions.topic("t", "g"), String.class, body -> body))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("topic \"t\", group \"g\" is handled by");
  }

  @TransportOption("elsewhere")
  @Retention(RetentionPolicy.RUNTIME)
  @interface Foreign {}

  static final class WithForeignOption {
    @Subscriber("q")
    @Foreign
    void handle(String body) {}
  }

  @Test
  void anOptionOfAnotherTransportIsNoMistakeButAnyOtherObjectIs() {
    bench.register(new WithForeignOption());
    assertThat(bench.transport.queue("q").request().options()).hasSize(1);
    assertThatThrownBy(
            () ->
                bench.handle(
                    SubscribeOptions.queue("r").with("no option"), String.class, body -> body))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String")
        .hasMessageContaining("@TransportOption");
  }

  @Test
  void aClosedBrokerTakesNoHandlers() {
    assertThat(bench.registry.close()).isEmpty();
    assertThatThrownBy(() -> bench.handle(String.class, body -> body))
        .isInstanceOf(BrokerClosedException.class)
        .hasMessageContaining("the handler of queue \"q\"");
    assertThat(bench.transport.queue("q")).isNull();
  }

  @Test
  void whatIsRegisteredAfterStartStartsByItself() {
    bench.registry.start();
    bench.registry.register(
        SubscribeOptions.queue("late"), String.class, false, b -> b, "", List.of());
    assertThat(bench.transport.queue("late")).isNotNull();
    assertThat(new ArrayList<>(bench.registry.all())).hasSize(1);
  }
}
