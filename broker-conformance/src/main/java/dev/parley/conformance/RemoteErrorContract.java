package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import dev.parley.conformance.Samples.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Contract §4: errors of the other side: registered ones, unknown ones, and those nobody waits for.
 */
abstract class RemoteErrorContract extends Chapter {

  /** An error that both sides know under a name. */
  static final class OutOfStock extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutOfStock(String message) {
      super(message);
    }
  }

  @Test
  void aRegisteredErrorIsRebuiltAsItsType() {
    String queue = fixture.name("stock");
    Broker server =
        fixture.open(fixture.builder().error("out-of-stock", OutOfStock.class, OutOfStock::new));
    server.subscribe(
        queue,
        String.class,
        body -> {
          throw new OutOfStock("no " + body);
        });
    server.start();
    Broker knowing =
        fixture.open(fixture.builder().error("out-of-stock", OutOfStock.class, OutOfStock::new));

    assertThat(catchThrowable(() -> knowing.publish("pears", to(queue).callback(String.class))))
        .isInstanceOf(OutOfStock.class)
        .hasMessage("no pears");
    HandlerFailedException failure =
        (HandlerFailedException)
            Expect.failsAtOnce(
                ErrorCode.HANDLER_FAILED,
                () -> fixture.broker().publish("pears", to(queue).callback(String.class)));
    assertThat(failure.remoteType()).isEqualTo("out-of-stock");
    assertThat(failure.remoteMessage()).isEqualTo("no pears");
  }

  /** A kind of it that nobody registered. */
  static final class OutOfPears extends Shortage {
    private static final long serialVersionUID = 1;

    OutOfPears() {
      super("no pears", new IllegalStateException("the store is closed"));
    }
  }

  /** A checked one, with a cause where it is thrown. */
  static class Shortage extends Exception {
    private static final long serialVersionUID = 1;

    Shortage(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  interface Store {
    @Subscriber("${app.prefix}store")
    String take(String item) throws Shortage;

    @Subscriber("${app.prefix}store")
    CompletableFuture<String> takeAsync(String item) throws Shortage;

    @Subscriber("${app.prefix}other-store")
    String takeUnsaid(String item);
  }

  static final class EmptyStore implements Store {
    @Override
    public String take(String item) throws Shortage {
      throw new OutOfPears();
    }

    @Override
    public CompletableFuture<String> takeAsync(String item) {
      return CompletableFuture.failedFuture(new OutOfPears());
    }

    @Override
    public String takeUnsaid(String item) {
      return takeAsync(item).join();
    }
  }

  private Broker.Builder knowing() {
    return fixture
        .builder()
        .error("shortage", Shortage.class, message -> new Shortage(message, null));
  }

  @Test
  void aSubclassIsRebuiltAsTheRegisteredTypeWithoutItsCause() {
    Broker server = fixture.open(knowing());
    server.register(new EmptyStore());
    server.start();
    Store store = fixture.open(knowing()).client(Store.class);

    assertThat(catchThrowable(() -> store.take("pears")))
        .isExactlyInstanceOf(Shortage.class)
        .hasMessage("no pears")
        .hasNoCause();
  }

  @Test
  void aCheckedErrorIsItselfWhereItIsDeclaredAndACauseElsewhere() {
    Broker server = fixture.open(knowing());
    server.register(new EmptyStore());
    server.start();
    Broker client = fixture.open(knowing());
    Store store = client.client(Store.class);

    assertThat(catchThrowable(() -> store.takeAsync("pears").get(5, TimeUnit.SECONDS)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isExactlyInstanceOf(Shortage.class);
    assertThat(catchThrowable(() -> store.takeUnsaid("pears")))
        .isInstanceOf(HandlerFailedException.class)
        .hasCauseExactlyInstanceOf(Shortage.class);
    assertThat(
            catchThrowable(
                () ->
                    client.publish(
                        "pears", to(fixture.name("other-store")).callback(String.class))))
        .isInstanceOf(HandlerFailedException.class)
        .hasCauseExactlyInstanceOf(Shortage.class);
  }

  @Test
  void anErrorThatIsNotRegisteredTellsItsCodeTypeAndMessage() {
    fixture.started(on -> on.register(new EmptyStore()));

    HandlerFailedException failure =
        (HandlerFailedException)
            Expect.failsAtOnce(
                ErrorCode.HANDLER_FAILED,
                () -> fixture.open(knowing()).client(Store.class).take("pears"));

    assertThat(failure.remoteType()).isEqualTo("OutOfPears");
    assertThat(failure.remoteMessage()).isEqualTo("no pears");
    assertThat(failure).hasNoCause();
  }

  @Test
  void aClassNamedOnTheWireIsNotLoaded() throws Exception {
    String queue = fixture.name("named");
    ForeignClient server = fixture.foreign();
    server.declare(queue);
    Broker client = fixture.broker();
    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class));
    RawMessage request = server.take(queue);

    server.answer(
        request,
        RawMessage.of("{\"type\":\"" + OutOfStock.class.getName() + "\",\"detail\":\"d\"}")
            .with(RawMessage.Property.CONTENT_TYPE, "application/problem+json")
            .header("parley-status", "HANDLER_FAILED"));

    Expect.fails(ErrorCode.HANDLER_FAILED, call);
  }

  @Test
  void anErrorReplyForAHandlerOfValuesGoesToItsDeadLetters() throws Exception {
    String receipts = fixture.name("receipts");
    Seen<Receipt> seen = new Seen<>();
    Seen<Message<byte[]>> dead = new Seen<>();
    Broker broker =
        fixture.started(
            on -> {
              on.subscribe(
                  queue(fixture.name("orders")).retry(0),
                  Order.class,
                  order -> {
                    throw new IllegalStateException("sold out");
                  });
              on.consume(receipts, Receipt.class, seen);
              on.consume(queue(receipts + ".dead"), new TypeRef<Message<byte[]>>() {}, dead);
            });

    broker.publish(new Order("o-1", 1), to(fixture.name("orders")).replyTo(receipts));

    assertThat(dead.next().headers())
        .containsEntry("parley-error", "HANDLER_FAILED")
        .containsEntry("parley-origin", receipts);
    assertThat(seen.waiting()).isZero();
  }

  @Test
  void aFullReplyThrowsItsErrorAtTheCaller() {
    String queue = fixture.name("failing");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      throw new IllegalStateException("no");
                    }));

    CompletableFuture<Reply<String>> reply =
        broker.requestAsync("x", to(queue).callback(String.class));

    Expect.fails(ErrorCode.HANDLER_FAILED, reply);
    Expect.counter(broker, Counter.CALLS_REPLIED, 1); // an error reply is a reply
  }
}
