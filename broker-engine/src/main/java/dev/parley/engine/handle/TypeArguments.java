package dev.parley.engine.handle;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the type variables of a class's superclasses and interfaces stand for in it, so that {@code
 * T} of {@code Handles<T>} is {@code Order} in an object of a class that implements {@code
 * Handles<Order>}. Immutable once made.
 */
final class TypeArguments {

  private final Map<TypeVariable<?>, Type> arguments = new HashMap<>();

  private TypeArguments() {}

  /** Those of that class. */
  static TypeArguments of(Class<?> type) {
    TypeArguments found = new TypeArguments();
    found.addUppers(type);
    return found;
  }

  private void addUppers(Class<?> type) {
    Type superclass = type.getGenericSuperclass();
    if (superclass != null) {
      add(superclass);
    }
    for (Type upper : type.getGenericInterfaces()) {
      add(upper);
    }
  }

  private void add(Type upper) {
    if (upper instanceof ParameterizedType parameterized) {
      TypeVariable<?>[] variables = ((Class<?>) parameterized.getRawType()).getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        arguments.put(variables[i], resolve(parameterized.getActualTypeArguments()[i]));
      }
    }
    addUppers(raw(upper));
  }

  /** The type with its variables filled; a variable nobody fills stays. */
  Type resolve(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return arguments.getOrDefault(variable, variable);
    }
    if (type instanceof ParameterizedType parameterized) {
      Type[] given = parameterized.getActualTypeArguments();
      List<Type> resolved = Arrays.stream(given).map(this::resolve).toList();
      return resolved.equals(List.of(given))
          ? type
          : new Parameterized(
              (Class<?>) parameterized.getRawType(), parameterized.getOwnerType(), resolved);
    }
    if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType());
      return component instanceof Class<?> plain ? plain.arrayType() : type;
    }
    if (type instanceof WildcardType wildcard) {
      Type bound = resolve(wildcard.getUpperBounds()[0]);
      return bound.equals(wildcard.getUpperBounds()[0]) ? type : bound;
    }
    return type;
  }

  /** Name and parameters of a method: equal for a method and one that overrides it. */
  String signature(Method method) {
    return method.getName()
        + Arrays.stream(method.getGenericParameterTypes())
            .map(type -> raw(resolve(type)).getName())
            .collect(Collectors.joining(",", "(", ")"));
  }

  private static Class<?> raw(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (type instanceof GenericArrayType array) {
      return raw(array.getGenericComponentType()).arrayType();
    }
    return type instanceof TypeVariable<?> variable ? raw(variable.getBounds()[0]) : Object.class;
  }

  /** A type with its arguments filled. */
  private record Parameterized(Class<?> rawType, @Nullable Type ownerType, List<Type> filled)
      implements ParameterizedType {

    @Override
    public Type[] getActualTypeArguments() {
      return filled.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return rawType;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return ownerType;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ParameterizedType type
          && type.getRawType().equals(rawType)
          && Objects.equals(type.getOwnerType(), ownerType)
          && List.of(type.getActualTypeArguments()).equals(filled);
    }

    @Override
    public int hashCode() { // as that of the JDK's own
      return Arrays.hashCode(getActualTypeArguments())
          ^ Objects.hashCode(ownerType)
          ^ rawType.hashCode();
    }

    @Override
    public String toString() {
      return rawType.getName()
          + filled.stream().map(Type::getTypeName).collect(Collectors.joining(", ", "<", ">"));
    }
  }
}
