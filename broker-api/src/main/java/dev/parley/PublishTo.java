package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Also sends a handler's return value to a fixed queue or topic, before its message is
 * acknowledged; {@code null} is not sent.
 *
 * <p>It must have been declared by somebody; when it was not, the attempt fails.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(PublishTos.class)
public @interface PublishTo {

  /** The queue, placeholders allowed. Either this or {@link #topic()}. */
  String value() default "";

  /** The topic, placeholders allowed. */
  String topic() default "";
}
