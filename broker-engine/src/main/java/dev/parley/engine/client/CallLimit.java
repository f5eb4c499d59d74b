package dev.parley.engine.client;

import dev.parley.CallOptions;
import dev.parley.ClientOptions;
import dev.parley.DeclarationException;
import dev.parley.Timeout;
import dev.parley.spi.Setting;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How long the calls of one method take at most: by the call, the method, the client, in this
 * order. Immutable.
 *
 * @param limit the limit; null for the broker's
 * @param unlimited whether there is none
 */
record CallLimit(@Nullable Duration limit, boolean unlimited) {

  private static final String NONE = "none";

  static CallLimit of(
      Method method, ClientOptions options, UnaryOperator<String> resolve, String where) {
    Timeout timeout = method.getAnnotation(Timeout.class);
    String text = timeout == null ? "" : resolve.apply(timeout.value()).trim();
    if (text.isEmpty()) {
      return new CallLimit(options.timeout().orElse(null), options.isUnlimited());
    }
    if (text.equals(NONE)) {
      return new CallLimit(null, true);
    }
    try {
      Duration limit = Setting.parseDuration(text);
      if (limit.isZero()) {
        throw new IllegalArgumentException("must be more than zero, or none");
      }
      return new CallLimit(limit, false);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(where + ": @Timeout " + e.getMessage(), e);
    }
  }

  /** The options with this limit, or with the one of a single call. */
  <R> CallOptions<R> on(CallOptions<R> call, @Nullable Duration ofThisCall) {
    if (ofThisCall != null) {
      return call.timeout(ofThisCall);
    }
    if (unlimited) {
      return call.noTimeout();
    }
    return limit == null ? call : call.timeout(limit);
  }
}
