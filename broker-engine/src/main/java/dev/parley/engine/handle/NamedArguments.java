package dev.parley.engine.handle;

import dev.parley.InvalidMessageException;
import dev.parley.Violation;
import dev.parley.engine.codec.BodyReader;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads several parameters from one JSON object, each by its name; what the object has beside is
 * left alone. What is missing is read as {@code null}, or is a mistake for a primitive. Immutable.
 */
final class NamedArguments implements BodyReader {

  private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);

  private final BodyReader tree;
  private final Map<String, Named> parameters;

  private record Named(BodyReader reader, boolean required) {}

  private NamedArguments(BodyReader tree, Map<String, Named> parameters) {
    this.tree = tree;
    this.parameters = parameters;
  }

  /** For parameters of these names and types, in their order. */
  static NamedArguments of(
      List<String> names, List<Type> types, Function<Type, BodyReader> readers) {
    Map<String, Named> parameters = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Type type = types.get(i);
      boolean required = type instanceof Class<?> c && c.isPrimitive();
      parameters.put(names.get(i), new Named(readers.apply(type), required));
    }
    return new NamedArguments(readers.apply(JsonNode.class), parameters);
  }

  /** The values by name; never null. */
  @Override
  public Object read(byte[] body, @Nullable String contentType) {
    if (!(tree.read(body, contentType) instanceof JsonNode object) || !object.isObject()) {
      String what = "the body must be a JSON object with " + String.join(", ", parameters.keySet());
      throw new InvalidMessageException(what, List.of(new Violation("", what)), null);
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    List<Violation> violations = new ArrayList<>();
    parameters.forEach(
        (name, parameter) -> {
          try {
            values.put(name, value(object.get(name), parameter));
          } catch (InvalidMessageException e) {
            violations.addAll(below(name, e));
          }
        });
    ContentReader.check(violations);
    return values;
  }

  private static @Nullable Object value(@Nullable JsonNode node, Named parameter) {
    if (node == null && parameter.required()) {
      throw new InvalidMessageException(
          "is required", List.of(new Violation("", "is required")), null);
    }
    byte[] json = node == null ? NULL : node.toString().getBytes(StandardCharsets.UTF_8);
    return parameter.reader().read(json, "application/json");
  }

  private static List<Violation> below(String name, InvalidMessageException error) {
    return error.violations().isEmpty()
        ? List.of(new Violation(name, String.valueOf(error.getMessage())))
        : error.violations().stream()
            .map(
                violation ->
                    new Violation(
                        violation.path().isEmpty() ? name : name + "." + violation.path(),
                        violation.message()))
            .toList();
  }
}
