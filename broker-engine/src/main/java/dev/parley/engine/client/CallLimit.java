package dev.parley.engine.client;

import dev.parley.CallOptions;
import dev.parley.ClientOptions;
import dev.parley.DeclarationException;
import dev.parley.PublishOptions;
import dev.parley.Timeout;
import dev.parley.spi.Setting;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How long the calls of one method take at most, unless a call says it: by the method, the client,
 * in this order. Immutable.
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

  /** The call with this limit. */
  <R> CallOptions<R> on(CallOptions<R> call) {
    if (unlimited) {
      return call.noTimeout();
    }
    return limit == null ? call : call.timeout(limit);
  }

  /** The publish with this limit; without one it keeps the broker's, which it always has. */
  PublishOptions on(PublishOptions publish) {
    return limit == null ? publish : publish.timeout(limit);
  }
}
