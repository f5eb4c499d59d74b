package dev.parley.engine.codec;

import dev.parley.Violation;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * Checks bodies and the parameters of handlers by the annotations of Jakarta Validation. Messages
 * are English whatever the machine's language, because they travel. The validator is made when the
 * first constrained class is met, and shared by all brokers of the JVM. Any thread may call it.
 */
public final class BodyValidator {

  static final int MOST_VIOLATIONS = 100;

  private static final Comparator<Violation> BY_PATH =
      Comparator.comparing(Violation::path).thenComparing(Violation::message);

  /** Made by the class loader, once, by the first thread that needs it. */
  private static final class Shared {
    // Not closed: it holds no more than classes' metadata, softly, and lives as long as the JVM.
    static final Validator VALIDATOR =
        Validation.byProvider(HibernateValidator.class)
            .providerResolver(() -> List.of(new HibernateValidator()))
            .configure()
            .ignoreXmlConfiguration()
            .messageInterpolator(
                new ParameterMessageInterpolator(
                    Set.of(Locale.ENGLISH), Locale.ENGLISH, context -> Locale.ENGLISH, false))
            .buildValidatorFactory()
            .getValidator();
  }

  private BodyValidator() {}

  /** A validator; nothing is started yet. */
  public static BodyValidator create() {
    return new BodyValidator();
  }

  /**
   * A check for bodies of a declared type: the body, or each element of a collection, map, array or
   * {@code Optional}, at any depth of type arguments, with paths such as {@code [2].quantity}. Null
   * bodies pass: that is for {@code @NotNull} on the parameter.
   */
  public BodyCheck forType(Type type) {
    ElementChecks.Check check = ElementChecks.of(type, BodyValidator::violations);
    return check == null
        ? body -> List.of()
        : body -> {
          Violations found = new Violations();
          check.check(body, "", found);
          return found.sorted();
        };
  }

  /**
   * Whether {@link #validate} has anything to check: a constraint on a parameter, or on a type
   * argument of one, here or on a method that this one overrides.
   *
   * @throws jakarta.validation.ValidationException if the constraints contradict each other or do
   *     not fit the types
   */
  public boolean constrained(Method method) {
    if (!Constraints.onParameters(method)) {
      return false;
    }
    // Has the validator look at it now, and not at the first message.
    Shared.VALIDATOR
        .getConstraintsForClass(method.getDeclaringClass())
        .getConstraintsForMethod(method.getName(), method.getParameterTypes());
    return true;
  }

  /**
   * What is wrong with the arguments by the constraints on the parameters themselves; paths begin
   * with the parameter's name. What is wrong inside a body is for {@link #forType} to say, so
   * {@code @Valid} on a parameter adds nothing.
   */
  public List<Violation> validate(Object target, Method method, @Nullable Object[] arguments) {
    Violations found = new Violations();
    found.addAll(
        "",
        Shared.VALIDATOR.forExecutables().validateParameters(target, method, arguments),
        violation -> !ViolationPaths.entersObject(violation.getPropertyPath()));
    return found.sorted();
  }

  private static void violations(Object element, String path, Violations found) {
    if (Constraints.on(element.getClass())) {
      found.addAll(path, Shared.VALIDATOR.validate(element), violation -> true);
    }
  }

  /** Collects what is found, up to a limit. Used by one thread. */
  static final class Violations {

    private final List<Violation> found = new ArrayList<>();

    boolean isFull() {
      return found.size() >= MOST_VIOLATIONS;
    }

    <T> void addAll(
        String prefix,
        Set<ConstraintViolation<T>> violations,
        Predicate<ConstraintViolation<T>> filter) {
      violations.stream()
          .filter(filter)
          .map(violation -> violation(prefix, violation))
          .sorted(BY_PATH)
          .limit(MOST_VIOLATIONS - found.size())
          .forEach(found::add);
    }

    /** In the order of elements, and by path within each. */
    List<Violation> sorted() {
      return List.copyOf(found);
    }

    private static Violation violation(String prefix, ConstraintViolation<?> violation) {
      String path = ViolationPaths.join(prefix, ViolationPaths.of(violation.getPropertyPath()));
      return new Violation(Mistakes.shorten(path), Mistakes.shorten(violation.getMessage()));
    }
  }
}
