package dev.parley.engine.codec;

import dev.parley.InvalidMessageException;
import java.math.BigDecimal;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Turns what Jackson throws into path and message for the sender. Jackson's own messages name our
 * classes and its settings, so only those about the syntax are passed on.
 */
final class JsonMistakes {

  private JsonMistakes() {}

  static InvalidMessageException of(JacksonException e) {
    return Mistakes.invalid(path(e.getPath()), message(e), e);
  }

  /** As in {@code items[2].price}. */
  static String path(List<JacksonException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference reference : references) {
      String name = reference.getPropertyName();
      if (name == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(name);
      }
    }
    return path.toString();
  }

  private static String message(JacksonException e) {
    if (e instanceof ValueInstantiationException instantiation) {
      return reasonOf(instantiation.getCause());
    }
    if (e instanceof InvalidDefinitionException) {
      return "cannot be read as what is declared; the receiver's log says why";
    }
    if (e instanceof InvalidTypeIdException) {
      return "does not say which of the possible types it is";
    }
    if (e instanceof MismatchedInputException mismatch) {
      return mismatched(mismatch);
    }
    if (e instanceof StreamConstraintsException) {
      return "goes beyond a limit: " + beforeParenthesis(e.getOriginalMessage(), ", from");
    }
    if (e instanceof InputCoercionException coercion) {
      return expected(coercion.getTargetType()) + " within its range";
    }
    if (e instanceof UnexpectedEndOfInputException) {
      return "is not complete JSON: it ends too early";
    }
    if (e instanceof StreamReadException) {
      return "is not JSON: %s, at byte %d"
          .formatted(
              beforeParenthesis(e.getOriginalMessage(), " (JSON String"),
              e.getLocation().getByteOffset());
    }
    return "cannot be read";
  }

  /** What a constructor of the user's says to its arguments; other causes are not meant to be. */
  private static String reasonOf(@Nullable Throwable cause) {
    return cause instanceof IllegalArgumentException && cause.getMessage() != null
        ? cause.getMessage()
        : "is not valid";
  }

  private static String mismatched(MismatchedInputException e) {
    String original = e.getOriginalMessage();
    if (original.startsWith("Cannot map `null`") || original.startsWith("Cannot coerce `null`")) {
      return "must not be null";
    }
    if (original.startsWith("Missing required creator property")) {
      return "is missing";
    }
    if (original.startsWith("Trailing token")) {
      return "is not JSON: there is more after its end";
    }
    String was =
        e instanceof InvalidFormatException format && format.getValue() instanceof String text
            ? ", was \"" + text + "\""
            : "";
    String choices = original.replaceFirst("(?s).*accepted for Enum class: \\[(.*)].*", "$1");
    return (choices.equals(original) ? expected(e.getTargetType()) : "must be one of " + choices)
        + was;
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "is not of the expected kind";
    }
    if (type == String.class || CharSequence.class.isAssignableFrom(type)) {
      return "must be a text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "must be true or false";
    }
    if (type == char.class || type == Character.class) {
      return "must be one character";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return isFraction(type) ? "must be a number" : "must be a whole number";
    }
    if (type == UUID.class) {
      return "must be a UUID";
    }
    if (TemporalAccessor.class.isAssignableFrom(type)
        || TemporalAmount.class.isAssignableFrom(type)) {
      return "must be a %s as in ISO 8601".formatted(type.getSimpleName());
    }
    return expectedStructure(type);
  }

  private static String expectedStructure(Class<?> type) {
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "must be a list";
    }
    return type.isRecord() || Map.class.isAssignableFrom(type)
        ? "must be an object"
        : "is not of the expected kind";
  }

  private static boolean isFraction(Class<?> type) {
    return type == double.class
        || type == float.class
        || type == Double.class
        || type == Float.class
        || type == BigDecimal.class
        || type == Number.class;
  }

  private static String beforeParenthesis(String text, String start) {
    int end = text.indexOf(start);
    return end < 0 ? text : text.substring(0, end) + (start.startsWith(",") ? ")" : "");
  }
}
