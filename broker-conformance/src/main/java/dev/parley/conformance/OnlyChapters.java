package dev.parley.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Beside a test that extends {@link BrokerConformance}: which of its tests run, where {@code
 * -Dparley.conformance} does not say. For a transport that is proven whole by another class, and
 * here in a second mode.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnlyChapters {

  /** A regular expression that {@code Chapter.test} contains. */
  String value();
}
