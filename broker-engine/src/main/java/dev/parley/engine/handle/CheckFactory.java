package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import dev.parley.Violation;
import dev.parley.engine.codec.BodyCheck;
import dev.parley.engine.codec.BodyValidator;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Prepares what bodies and arguments are checked for. Immutable. */
final class CheckFactory {

  private final BodyValidator validator;

  CheckFactory(BodyValidator validator) {
    this.validator = validator;
  }

  private record Prepared(
      Function<@Nullable Object, List<Violation>> ofBody,
      Function<@Nullable Object[], List<Violation>> ofArguments)
      implements Checks {

    @Override
    public List<Violation> body(@Nullable Object body) {
      return ofBody.apply(body);
    }

    @Override
    public List<Violation> arguments(@Nullable Object[] arguments) {
      return ofArguments.apply(arguments);
    }
  }

  /** For a lambda's body. */
  Checks forBody(Type type) {
    return new Prepared(body(type), arguments -> List.of());
  }

  /** For a method's body and its parameters. */
  Checks forMethod(Type type, Object target, Method method, String where) {
    return new Prepared(body(type), arguments(target, method, where));
  }

  /** For several parameters that come by their names. */
  Checks forNamed(
      List<String> names, List<Type> types, Object target, Method method, String where) {
    List<BodyCheck> checks = types.stream().map(validator::forType).toList();
    return new Prepared(body -> named(names, checks, body), arguments(target, method, where));
  }

  private Function<@Nullable Object, List<Violation>> body(Type type) {
    BodyCheck check = validator.forType(type);
    return body -> body == null ? List.of() : check.check(body);
  }

  private static List<Violation> named(
      List<String> names, List<BodyCheck> checks, @Nullable Object body) {
    List<Violation> found = new ArrayList<>();
    for (int i = 0; i < checks.size(); i++) {
      String name = names.get(i);
      Object value = body instanceof Map<?, ?> map ? map.get(name) : null;
      if (value != null) {
        checks.get(i).check(value).stream()
            .map(each -> new Violation(name + "." + each.path(), each.message()))
            .forEach(found::add);
      }
    }
    return found;
  }

  private Function<@Nullable Object[], List<Violation>> arguments(
      Object target, Method method, String where) {
    try {
      return validator.constrained(method)
          ? arguments -> validator.validate(target, method, arguments)
          : arguments -> List.of();
    } catch (RuntimeException e) {
      throw new DeclarationException(
          where + ": the constraints on its parameters cannot be used: " + e.getMessage(), e);
    }
  }
}
