package dev.parley.test;

import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;

/** Something that happened in the broker during a test. Immutable. */
sealed interface Event {

  /** One line for a person who wonders what happened. */
  String describe();

  /**
   * A message was sent, or refused.
   *
   * @param answeredBy what the answered request was received from, when it is a reply
   */
  record Sent(Outgoing outgoing, SendResult result, @Nullable Source answeredBy) implements Event {

    /** The message as it travels, which for a client library's own is that one. */
    WireMessage message() {
      return outgoing.nativeMessage() instanceof WireMessage own ? own : outgoing.message();
    }

    /** Whether the broker took it, or the sender has to believe so. */
    boolean published() {
      return result.confirmed() || result.status() == SendResult.Status.UNKNOWN;
    }

    /** The queue or topic whose dead letter it is; null for any other message. */
    @Nullable String deadLetterOf() {
      String origin = message().header(WireHeaders.ORIGIN);
      return (origin + ".dead").equals(outgoing.to().name()) ? origin : null;
    }

    @Override
    public String describe() {
      String what = answeredBy == null ? "sent to " + outgoing.to() : "reply of " + answeredBy;
      String status = message().header(WireHeaders.STATUS);
      String error = message().header(WireHeaders.ERROR_TYPE);
      return what
          + (status == null ? "" : " (" + status + ")")
          + (error == null
              ? ""
              : " (" + error + ": " + message().header(WireHeaders.ERROR_MESSAGE) + ")")
          + ": "
          + Text.preview(message())
          + (result.confirmed() ? "" : " - " + result.status() + ": " + result.reason());
    }
  }

  /** A delivery was settled, or was to be. */
  record Settled(
      Source source, WireMessage message, int attempt, Settlement settlement, SettleResult result)
      implements Event {

    boolean acknowledged() {
      return result.settled() && settlement.outcome() == Settlement.Outcome.DONE;
    }

    @Override
    public String describe() {
      return source + ": " + Text.id(message) + ", attempt " + attempt + ", " + outcome();
    }

    private String outcome() {
      if (!result.settled()) {
        return result.lost()
            ? "lost with its connection, comes again"
            : "not settled, because what it sent was not confirmed";
      }
      return switch (settlement.outcome()) {
        case DONE -> "acknowledged";
        case RETRY -> "to be tried again in " + settlement.delay().toMillis() + " ms";
        case RELEASE -> "handed back";
        case DEAD -> "a dead letter now";
      };
    }
  }

  /** A handler threw. */
  record Threw(String queue, int attempt, Throwable error) implements Event {

    @Override
    public String describe() {
      return "handler of \"" + queue + "\" threw " + error + ", attempt " + attempt;
    }
  }

  /** A message was too old before anybody took it. */
  record Expired(Source source, WireMessage message) implements Event {

    @Override
    public String describe() {
      return source + ": " + Text.id(message) + " expired before a handler took it";
    }
  }
}
