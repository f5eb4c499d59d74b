package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a handler's parameter the value of a header.
 *
 * <p>The parameter is a {@code String}, a primitive number or {@code boolean} or its box, an enum,
 * a {@code UUID}, a {@code java.time} type, or an {@code Optional} of one of them. A missing header
 * is {@code null} or an empty {@code Optional}; for a primitive, or a value that cannot be read,
 * the message is refused as {@link ErrorCode#INVALID_MESSAGE}.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Header {

  /** The name of the header. */
  String value();
}
