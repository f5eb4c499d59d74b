package dev.parley.template.service;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parley.Reply;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
  private static final Reply.Timings UNKNOWN = new Reply.Timings(null, null, null);

  private final Receipts receipts = new Receipts();

  @Test
  void receiptIsTaken() {
    Reply<Receipt> reply = Reply.success(new Receipt("A-1", 250), Map.of(), "1", "server", UNKNOWN);

    assertThatCode(() -> receipts.onReceipt(reply)).doesNotThrowAnyException();
  }

  @Test
  void refusalIsTakenAndNotTriedAgain() {
    Reply<Receipt> reply =
        Reply.failure(new IllegalStateException("no"), Map.of(), "1", "server", UNKNOWN);

    assertThatCode(() -> receipts.onReceipt(reply)).doesNotThrowAnyException();
  }
}
