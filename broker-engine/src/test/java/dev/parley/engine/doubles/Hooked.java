package dev.parley.engine.doubles;

import java.util.function.Supplier;

/** A body whose own code runs while it is written. */
public record Hooked(Supplier<String> text) {

  public String getText() {
    return text.get();
  }

  /** One that cannot be written. */
  public static Hooked failing() {
    return new Hooked(
        () -> {
          throw new NoClassDefFoundError("on purpose");
        });
  }
}
