package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

/**
 * How long a call by a method of a {@linkplain Broker#client typed client} takes at most.
 *
 * <p>On a method: for all its calls, above {@link ClientOptions#timeout}. On a parameter of type
 * {@link Duration}: for one call, above all others, and not null; a handler finds there what is
 * left of it, null when its caller waits without a limit.
 */
@Documented
@Target({ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface Timeout {

  /**
   * The limit for the whole call, a stream to its end included, as in {@code 500ms}; {@code none}
   * for no limit. Default: the client's. Placeholders allowed. Nothing on a parameter.
   */
  String value() default "";
}
