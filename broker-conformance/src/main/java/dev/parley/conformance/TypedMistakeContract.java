package dev.parley.conformance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.Batch;
import dev.parley.Broker;
import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.Subscriber;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Contracts that cannot work are told where they are declared, with the remedy. */
abstract class TypedMistakeContract extends Chapter {

  interface Open<T> {
    @Subscriber("${app.prefix}a")
    Optional<T> find(String id);
  }

  interface Unmarked {
    @Subscriber("${app.prefix}a")
    String marked();

    String unmarked();
  }

  interface Overloaded {
    @Subscriber("${app.prefix}a")
    String get(String id);

    @Subscriber("${app.prefix}a")
    String get(int id);
  }

  interface Empty {}

  @Test
  void mistakesInDeclarationsNameTheRemedy() {
    Broker broker = fixture.broker();

    assertThatThrownBy(() -> broker.client(TwiceOnOneQueue.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("give the interface");
    assertThatThrownBy(() -> broker.client(Unmarked.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("Unmarked.unmarked() has no @Subscriber");
    assertThatThrownBy(() -> broker.client(Overloaded.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("give one of them another name");
    assertThatThrownBy(() -> broker.client(Empty.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("has no @Subscriber method");
    assertThatThrownBy(() -> broker.client(Open.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("interface that extends it with a type");
  }

  static class TwiceOnOneQueue {
    @Subscriber("${app.prefix}twice")
    @Nullable String one(String body) {
      return body;
    }

    @Subscriber("${app.prefix}twice")
    @Nullable String other(String body) {
      return body;
    }
  }

  @Test
  void twoMethodsOfAClassDoNotShareAQueue() {
    assertThatThrownBy(() -> fixture.broker().register(new TwiceOnOneQueue()))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("declare both as methods of one interface");
  }

  interface ReservedHeader {
    @Subscriber("${app.prefix}a")
    String get(String id, @Header("parley-method") String header);
  }

  interface UnreadableHeader {
    @Subscriber("${app.prefix}a")
    String get(String id, @Header("h") List<String> header);
  }

  interface TakesBatch {
    @Subscriber("${app.prefix}a")
    void get(Batch<String> batch);
  }

  interface MessageAndMore {
    @Subscriber("${app.prefix}a")
    void get(Message<String> message, String more);
  }

  interface ReturnsInput {
    @Subscriber("${app.prefix}a")
    InputStream get(String id);
  }

  interface ListOfReplies {
    @Subscriber("${app.prefix}a")
    List<Reply<String>> get(String id);
  }

  interface StaticMethod {
    @Subscriber("${app.prefix}a")
    static String get(String id) {
      return id;
    }
  }

  interface OneQueue {
    @Subscriber("${app.prefix}one")
    String get(String id);
  }

  interface AnotherQueue {
    @Subscriber("${app.prefix}other")
    String get(String id);
  }

  interface TwoQueues extends OneQueue, AnotherQueue {}

  @ParameterizedTest
  @MethodSource
  void aClientThatCannotWorkIsNotMade(Class<?> contract, String remedy) {
    assertThatThrownBy(() -> fixture.broker().client(contract))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining(".get(")
        .hasMessageContaining(remedy);
  }

  static Stream<Arguments> aClientThatCannotWorkIsNotMade() {
    return Stream.of(
        arguments(ReservedHeader.class, "choose another name"),
        arguments(UnreadableHeader.class, "@Header takes a String"),
        arguments(TakesBatch.class, "take the type of its body"),
        arguments(MessageAndMore.class, "must be the only parameter beside headers"),
        arguments(ReturnsInput.class, "return a value"),
        arguments(ListOfReplies.class, "broker.gather"),
        arguments(StaticMethod.class, "take static or @Subscriber away"),
        arguments(TwoQueues.class, "annotate it here with the one that counts"));
  }

  interface ById {
    @Subscriber("${app.prefix}find")
    String find(String id);
  }

  interface ByNumber {
    @Subscriber("${app.prefix}find")
    String find(int number);
  }

  static class SameName implements ById, ByNumber {
    @Override
    public String find(String id) {
      return id;
    }

    @Override
    public String find(int number) {
      return "" + number;
    }
  }

  static class TwoQueuesServed implements OneQueue, AnotherQueue {
    @Override
    public String get(String id) {
      return id;
    }
  }

  @Test
  void methodsOfTwoInterfacesThatCannotBeToldApartAreNotServed() {
    assertThatThrownBy(() -> fixture.broker().register(new SameName()))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("SameName.find(String)")
        .hasMessageContaining("SameName.find(int)")
        .hasMessageContaining("give one of them another name or queue");
    assertThatThrownBy(() -> fixture.broker().register(new TwoQueuesServed()))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("OneQueue.get(String)")
        .hasMessageContaining("AnotherQueue.get(String)");
  }

  interface Generic<T> {
    @Subscriber("${app.prefix}generic")
    String take(T body);
  }

  @Test
  void aHandlerWhoseTypeNobodySaysIsNotServed() {
    Generic<Integer> lambda = body -> "" + body;

    assertThatThrownBy(() -> fixture.broker().register(lambda))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("nobody says what T is")
        .hasMessageContaining("register an object of a class that says it");
  }
}
