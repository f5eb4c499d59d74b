package dev.parley.template.service;

import static dev.parley.PublishOptions.to;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.test.TestBroker;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrdersTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension TestBroker broker = TestBroker.with(new Orders(), new Receipts());

  private OrderClient client;

  @BeforeEach
  void connect() {
    client = new OrderClient(broker);
  }

  @Test
  void placeReturnsTheReceiptOfTheOrder() {
    assertThat(client.place(order("tea", 3), LIMIT)).isEqualTo(new Receipt("A-1", 750));
  }

  @Test
  void placeAsyncReturnsTheReceiptOfTheOrder() {
    assertThat(client.placeAsync(order("cake", 2)))
        .succeedsWithin(LIMIT)
        .isEqualTo(new Receipt("A-1", 960));
  }

  @Test
  void requestSendsTheReceiptToTheHandlerOfReceipts() {
    client.request(order("coffee", 1));

    broker.awaitHandled("receipts");
    assertThat(broker.published("receipts", Receipt.class))
        .containsExactly(new Receipt("A-1", 320));
  }

  @Test
  void sentOrderIsHandledAndNobodyGetsAReply() {
    client.send(order("tea", 1));

    broker.awaitHandled("orders");
    assertThat(broker.replies("orders")).isEmpty();
  }

  @Test
  void orderThatComesTwiceIsHandledTwice() {
    broker.faults().duplicateNext("orders"); // what at least once means: be ready for it

    client.send(order("tea", 1));

    broker.awaitHandled("orders", 2);
  }

  @Test
  void orderThatNobodyWaitsForAndNobodyCanPriceIsADeadLetter() {
    client.send(order("caviar", 1));

    broker.awaitIdle();
    assertThat(broker.deadLettersOf("orders"))
        .singleElement()
        .satisfies(
            letter -> assertThat(letter.errorMessage()).isEqualTo("No price for \"caviar\""));
  }

  @Test
  void unknownItemIsRefusedWithItsName() {
    assertThatThrownBy(() -> client.place(order("caviar", 1), LIMIT))
        .asInstanceOf(type(HandlerFailedException.class))
        .extracting(HandlerFailedException::remoteMessage)
        .isEqualTo("No price for \"caviar\"");
  }

  @Test
  void invalidOrderIsRefusedWithThePathsOfItsMistakes() {
    Order invalid = new Order(" ", 0, "tea", "Ada");

    assertThatThrownBy(() -> client.place(invalid, LIMIT))
        .asInstanceOf(type(InvalidMessageException.class))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .extracting("path")
                    .containsExactlyInAnyOrder("id", "quantity"));
  }

  @Test
  void jsonWithoutItemAndCustomerIsAnOrderOfTea() {
    assertThat(placeJson("{\"id\":\"1\",\"quantity\":2}")).isEqualTo(new Receipt("1", 500));
  }

  @Test
  void jsonWithoutQuantityIsRefusedWithItsPath() {
    assertThatThrownBy(() -> placeJson("{\"id\":\"1\"}"))
        .asInstanceOf(type(InvalidMessageException.class))
        .satisfies(e -> assertThat(e.violations()).extracting("path").containsExactly("quantity"));
  }

  /** As a client in another language calls; a {@code byte[]} is sent as it is. */
  private Receipt placeJson(String json) {
    return broker.publish(
        json.getBytes(UTF_8), to("orders").contentType("application/json").callback(Receipt.class));
  }

  private static Order order(String item, int quantity) {
    return new Order("A-1", quantity, item, "Ada");
  }
}
