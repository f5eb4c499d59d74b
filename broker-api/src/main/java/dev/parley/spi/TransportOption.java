package dev.parley.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a type as an option of one transport: an annotation beside {@code @Subscriber}, or a class
 * whose objects are given to publish, subscribe and declare. Another transport ignores it, with one
 * warning.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.ANNOTATION_TYPE, ElementType.TYPE})
public @interface TransportOption {

  /** The {@link TransportProvider#name()} of the transport that understands it. */
  String value();
}
