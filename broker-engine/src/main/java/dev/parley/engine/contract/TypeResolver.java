package dev.parley.engine.contract;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What type variables stand for, seen from one class: in {@code interface Orders extends
 * Store<Order>} the {@code T} of {@code Store} is {@code Order}. Immutable.
 */
public final class TypeResolver {

  private final Map<TypeVariable<?>, Type> known;

  private TypeResolver(Map<TypeVariable<?>, Type> known) {
    this.known = known;
  }

  /** Seen from that class or interface. */
  public static TypeResolver of(Class<?> from) {
    Map<TypeVariable<?>, Type> known = new HashMap<>();
    collect(from, known);
    return new TypeResolver(known);
  }

  private static void collect(Class<?> type, Map<TypeVariable<?>, Type> known) {
    for (Type upper : type.getGenericInterfaces()) {
      add(upper, known);
    }
    if (type.getGenericSuperclass() != null) {
      add(type.getGenericSuperclass(), known);
    }
  }

  private static void add(Type upper, Map<TypeVariable<?>, Type> known) {
    if (upper instanceof ParameterizedType parameterized) {
      TypeVariable<?>[] variables = ((Class<?>) parameterized.getRawType()).getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        known.put(variables[i], substitute(parameterized.getActualTypeArguments()[i], known));
      }
    }
    collect(raw(upper), known);
  }

  /** The type with its variables filled; a variable nobody filled stays. */
  public Type resolve(Type type) {
    return substitute(type, known);
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

  private static Type substitute(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof TypeVariable<?> variable) {
      return known.getOrDefault(variable, variable);
    }
    if (type instanceof ParameterizedType parameterized && isOpen(parameterized)) {
      List<Type> arguments =
          Arrays.stream(parameterized.getActualTypeArguments())
              .map(argument -> substitute(argument, known))
              .toList();
      return new Filled(parameterized.getOwnerType(), raw(parameterized), arguments);
    }
    if (type instanceof GenericArrayType array) {
      Type component = substitute(array.getGenericComponentType(), known);
      return component instanceof Class<?> plain ? plain.arrayType() : type;
    }
    return type instanceof WildcardType wildcard && isOpen(wildcard)
        ? substitute(wildcard.getUpperBounds()[0], known)
        : type;
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

  /** A type whose variables were filled; equal to the same type written down. */
  private static final class Filled implements ParameterizedType {
    private final @Nullable Type owner;
    private final Class<?> rawType;
    private final List<Type> arguments;

    Filled(@Nullable Type owner, Class<?> rawType, List<Type> arguments) {
      this.owner = owner;
      this.rawType = rawType;
      this.arguments = arguments;
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return rawType;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ParameterizedType that
          && rawType.equals(that.getRawType())
          && Arrays.equals(getActualTypeArguments(), that.getActualTypeArguments());
    }

    @Override
    public int hashCode() { // as the JDK's own, so that equal ones meet in a map
      return Arrays.hashCode(getActualTypeArguments())
          ^ (owner == null ? 0 : owner.hashCode())
          ^ rawType.hashCode();
    }

    @Override
    public String toString() {
      return rawType.getTypeName()
          + "<"
          + String.join(", ", arguments.stream().map(Type::getTypeName).toList())
          + ">";
    }
  }
}
