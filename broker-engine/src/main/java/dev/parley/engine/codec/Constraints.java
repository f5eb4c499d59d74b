package dev.parley.engine.codec;

import jakarta.validation.Constraint;
import jakarta.validation.Valid;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Whether there is anything to validate, by looking at annotations only: starting the validator
 * takes longer than everything else at start-up, and most applications have handlers without
 * constraints.
 */
final class Constraints {

  /** Whether objects of that very class have constraints or parts to validate. */
  private static final ClassValue<Boolean> CONSTRAINED =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return isConstrained(type);
        }
      };

  private Constraints() {}

  static boolean on(Class<?> type) {
    return CONSTRAINED.get(type);
  }

  /** Whether a parameter of the method, or of one that it overrides, has constraints of its own. */
  static boolean onParameters(Method method) {
    return overridden(method.getDeclaringClass(), method)
        .flatMap(declared -> Arrays.stream(declared.getParameters()))
        .anyMatch(Constraints::onParameter);
  }

  private static boolean onParameter(Parameter parameter) {
    return any(parameter, false) || inArguments(parameter.getAnnotatedType(), false);
  }

  private static Stream<Method> overridden(Class<?> type, Method method) {
    return supertypes(type)
        .flatMap(supertype -> Arrays.stream(supertype.getDeclaredMethods()))
        .filter(
            other ->
                other.getName().equals(method.getName())
                    && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
  }

  private static boolean isConstrained(Class<?> type) {
    if (type.isPrimitive() || type.isArray() || type.getName().startsWith("java.")) {
      return false;
    }
    return supertypes(type).anyMatch(Constraints::declaresAny);
  }

  private static boolean declaresAny(Class<?> type) {
    return any(type, true)
        || Arrays.stream(type.getDeclaredFields()).anyMatch(Constraints::onField)
        || Arrays.stream(type.getDeclaredMethods()).anyMatch(Constraints::onGetter);
  }

  private static boolean onField(Field field) {
    return !Modifier.isStatic(field.getModifiers())
        && (any(field, true) || inArguments(field.getAnnotatedType(), true));
  }

  private static boolean onGetter(Method method) {
    return !Modifier.isStatic(method.getModifiers())
        && method.getParameterCount() == 0
        && (any(method, true) || inArguments(method.getAnnotatedReturnType(), true));
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    Stream<Class<?>> above =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
            .flatMap(Constraints::supertypes);
    return Stream.concat(Stream.of(type), above);
  }

  /** As in {@code List<@NotBlank String>}, at any depth. */
  private static boolean inArguments(AnnotatedType type, boolean valid) {
    if (type instanceof AnnotatedParameterizedType parameterized) {
      return Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
          .anyMatch(argument -> any(argument, valid) || inArguments(argument, valid));
    }
    if (type instanceof AnnotatedArrayType array) {
      AnnotatedType element = array.getAnnotatedGenericComponentType();
      return any(element, valid) || inArguments(element, valid);
    }
    return false;
  }

  private static boolean any(AnnotatedElement element, boolean valid) {
    return Arrays.stream(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(type -> isConstraint(type) || (valid && type == Valid.class));
  }

  /** A constraint, or the container that the compiler makes of repeated ones. */
  private static boolean isConstraint(Class<? extends Annotation> type) {
    return type.isAnnotationPresent(Constraint.class)
        || (type.getEnclosingClass() != null
            && type.getEnclosingClass().isAnnotationPresent(Constraint.class));
  }
}
