package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Reply;
import dev.parley.Subscriber;
import dev.parley.conformance.Samples.Order;
import dev.parley.conformance.Samples.Receipt;
import org.junit.jupiter.api.Test;

/** Contract §1: non-blocking requests, whose replies go to a registered handler. */
abstract class ReplyToContract extends Chapter {

  /** A non-blocking request, from its sender's side. */
  static final class Shop {
    final Seen<Receipt> receipts = new Seen<>();
    final Seen<Reply<Receipt>> replies = new Seen<>();

    @Subscriber("${app.prefix}orders")
    Receipt place(Order order) {
      if (order.quantity() > 10) {
        throw new IllegalArgumentException("too many");
      }
      return new Receipt(order.id(), 100);
    }

    @Subscriber("${app.prefix}receipts")
    void onReceipt(Receipt receipt) {
      receipts.handle(receipt);
    }

    @Subscriber("${app.prefix}replies")
    void onReply(Reply<Receipt> reply) {
      replies.handle(reply);
    }
  }

  @Test
  void theReplyOfANonBlockingRequestGoesToARegisteredHandler() throws Exception {
    Shop shop = new Shop();
    Broker broker = fixture.started(on -> on.register(shop));

    broker.publish(
        new Order("o-1", 1), to(fixture.name("orders")).replyTo(fixture.name("receipts")));

    assertThat(shop.receipts.next()).isEqualTo(new Receipt("o-1", 100));
  }

  @Test
  void aHandlerOfRepliesReceivesValuesAndErrors() throws Exception {
    Shop shop = new Shop();
    Broker broker = fixture.started(on -> on.register(shop), "handler.retry", "0");

    broker.publish(
        new Order("o-1", 1), to(fixture.name("orders")).replyTo(fixture.name("replies")));
    Reply<Receipt> value = shop.replies.next();
    broker.publish(
        new Order("o-2", 11), to(fixture.name("orders")).replyTo(fixture.name("replies")));
    Reply<Receipt> error = shop.replies.next();

    assertThat(value.isError()).isFalse();
    assertThat(value.value()).isEqualTo(new Receipt("o-1", 100));
    assertThat(value.server()).contains(broker.name());
    assertThat(error.isError()).isTrue();
    assertThat(error.error()).get().asString().contains("too many");
  }

  @Test
  void replyToAQueueOfThisApplicationBeforeItsStartIsAnErrorThatSaysSo() {
    Broker broker = fixture.broker();
    broker.register(new Shop());
    broker.declare(fixture.name("orders"));

    assertThat(
            catchThrowable(
                () ->
                    broker.publish(
                        new Order("o-1", 1),
                        to(fixture.name("orders")).replyTo(fixture.name("receipts")))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(fixture.name("receipts"))
        .hasMessageContaining("start");
  }

  @Test
  void callbackAndReplyToExcludeEachOther() {
    assertThat(catchThrowable(() -> to("q").replyTo("r").callback(String.class)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"r\"");
  }
}
