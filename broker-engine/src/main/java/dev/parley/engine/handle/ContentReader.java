package dev.parley.engine.handle;

import dev.parley.InvalidMessageException;
import dev.parley.Reply;
import dev.parley.Violation;
import dev.parley.spi.WireMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and checks the content of what one handler receives. Immutable; any thread may call it.
 */
final class ContentReader {

  private final HandlerRuntime runtime;

  ContentReader(HandlerRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The content; throws {@link InvalidMessageException} for one that is not valid, and {@link
   * ErrorReplyException} for an error reply where the handler takes plain values.
   */
  @Nullable Object read(WireMessage wire) {
    runtime.checkMethod(wire);
    Signature signature = runtime.spec().signature();
    if (signature.takesErrors()) {
      Reply<?> reply = runtime.parts().replies().read(wire, signature.bodyType(), from(), null);
      if (!reply.isError()) {
        check(signature.checks().body(reply.value()));
      }
      return reply;
    }
    RuntimeException error = runtime.errorIn(wire);
    if (error != null) {
      throw new ErrorReplyException(error);
    }
    checkSize(wire.body().length, runtime.parts().maxBytes());
    Object body = signature.body().read(wire.body(), wire.contentType());
    check(signature.checks().body(body));
    return body;
  }

  private String from() {
    return "the sender of a reply to " + runtime.spec().source();
  }

  private static void checkSize(int bytes, int maxBytes) {
    if (bytes > maxBytes) {
      String message =
          "The body has " + bytes + " bytes, the setting message.max-bytes allows " + maxBytes;
      throw new InvalidMessageException(message, List.of(new Violation("", message)), null);
    }
  }

  /** Throws when there are violations. */
  static void check(List<Violation> violations) {
    if (!violations.isEmpty()) {
      String all = String.join("; ", violations.stream().map(Violation::toString).toList());
      throw new InvalidMessageException(all, violations, null);
    }
  }
}
