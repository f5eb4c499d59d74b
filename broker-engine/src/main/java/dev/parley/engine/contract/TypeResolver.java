package dev.parley.engine.contract;

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
import java.util.stream.Collectors;

/**
 * What type variables stand for, seen from one class: in {@code interface Orders extends
 * Store<Order>} the {@code T} of {@code Store} is {@code Order}. Immutable.
 */
public final class TypeResolver {

  private final Map<TypeVariable<?>, Type> known = new HashMap<>();

  private TypeResolver() {}

  /** Seen from that class or interface. */
  public static TypeResolver of(Class<?> from) {
    TypeResolver resolver = new TypeResolver();
    resolver.addUppers(from);
    return resolver;
  }

  private void addUppers(Class<?> type) {
    if (type.getGenericSuperclass() != null) {
      add(type.getGenericSuperclass());
    }
    for (Type upper : type.getGenericInterfaces()) {
      add(upper);
    }
  }

  private void add(Type upper) {
    if (upper instanceof ParameterizedType parameterized) {
      TypeVariable<?>[] variables = ((Class<?>) parameterized.getRawType()).getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        known.put(variables[i], resolve(parameterized.getActualTypeArguments()[i]));
      }
    }
    addUppers(raw(upper));
  }

  /** The type with its variables filled; a variable nobody fills stays. */
  public Type resolve(Type type) {
    if (!isOpen(type)) {
      return type;
    }
    if (type instanceof ParameterizedType parameterized) {
      List<Type> arguments =
          Arrays.stream(parameterized.getActualTypeArguments()).map(this::resolve).toList();
      return new FilledType(parameterized.getOwnerType(), raw(parameterized), arguments);
    }
    if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType());
      return component instanceof Class<?> plain ? plain.arrayType() : new FilledArray(component);
    }
    return type instanceof WildcardType wildcard
        ? resolve(wildcard.getUpperBounds()[0])
        : known.getOrDefault(type, type);
  }

  /** Name and parameters of a method: equal for a method and one that overrides it. */
  public String signature(Method method) {
    return method.getName()
        + Arrays.stream(method.getGenericParameterTypes())
            .map(type -> raw(resolve(type)).getName())
            .collect(Collectors.joining(",", "(", ")"));
  }

  /** Whether a type still has a variable somewhere. */
  public static boolean isOpen(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return Arrays.stream(parameterized.getActualTypeArguments()).anyMatch(TypeResolver::isOpen);
    }
    if (type instanceof GenericArrayType array) {
      return isOpen(array.getGenericComponentType());
    }
    if (type instanceof WildcardType wildcard) {
      return Arrays.stream(wildcard.getUpperBounds()).anyMatch(TypeResolver::isOpen);
    }
    return type instanceof TypeVariable<?>;
  }

  /** The class of a type, without its type arguments. */
  public static Class<?> raw(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (type instanceof TypeVariable<?> variable) {
      return raw(variable.getBounds()[0]);
    }
    if (type instanceof GenericArrayType array) {
      return raw(array.getGenericComponentType()).arrayType();
    }
    return type instanceof WildcardType wildcard ? raw(wildcard.getUpperBounds()[0]) : Object.class;
  }

  /** The type argument of a wrapper; anything where it was left out. */
  static Type argument(Type type) {
    if (!(type instanceof ParameterizedType parameterized)) {
      return Object.class;
    }
    Type argument = parameterized.getActualTypeArguments()[0];
    return argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
  }

  private record FilledArray(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String toString() {
      return component.getTypeName() + "[]";
    }
  }
}
