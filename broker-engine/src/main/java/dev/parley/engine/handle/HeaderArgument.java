package dev.parley.engine.handle;

import dev.parley.InvalidMessageException;
import dev.parley.Violation;
import dev.parley.engine.codec.BodyReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills a parameter from a header.
 *
 * @param name the header
 * @param reader reads its text as the parameter's type
 * @param optional whether the parameter is an {@code Optional}
 * @param required whether it must be there, because the parameter is a primitive
 */
record HeaderArgument(String name, BodyReader reader, boolean optional, boolean required)
    implements Argument {

  @Override
  public @Nullable Object from(Received received) {
    String text = received.wire().header(name);
    if (text == null && required) {
      throw invalid("is required");
    }
    Object value = text == null ? null : value(text);
    return optional ? Optional.ofNullable(value) : value;
  }

  private @Nullable Object value(String text) {
    try {
      return reader.read(text.getBytes(StandardCharsets.UTF_8), "text/plain");
    } catch (InvalidMessageException e) {
      throw invalid("cannot be read: " + e.getMessage());
    }
  }

  private InvalidMessageException invalid(String what) {
    String message = "the header \"" + name + "\" " + what;
    return new InvalidMessageException(message, List.of(new Violation(name, message)), null);
  }
}
