package dev.parley.engine.handle;

import dev.parley.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The validation a handler declares, on the body and on its parameters. */
interface Checks {

  /** What is wrong with a body; empty when nothing is. */
  List<Violation> body(@Nullable Object body);

  /** What is wrong with the arguments; empty when nothing is. */
  List<Violation> arguments(@Nullable Object[] arguments);
}
