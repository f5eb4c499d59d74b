package dev.parley.template.service;

import dev.parley.Reply;
import dev.parley.Subscriber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the replies of orders that nobody waits for. Has no state. */
public final class Receipts {

  private static final Logger log = LoggerFactory.getLogger(Receipts.class);

  /** A {@link Reply} holds a receipt or the reason why there is none. */
  @Subscriber("receipts")
  public void onReceipt(Reply<Receipt> reply) {
    reply
        .error()
        .ifPresentOrElse(
            error -> log.warn("An order was refused: {}", error.getMessage()),
            () -> log.info("Got {}", reply.value()));
  }
}
