package dev.parley.engine.codec;

import dev.parley.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks bodies of one declared type. Any thread may call it. */
@FunctionalInterface
public interface BodyCheck {

  /**
   * What is wrong with it, at most 100 violations in order of their paths; empty when nothing is.
   */
  List<Violation> check(@Nullable Object body);
}
