package dev.parley.engine.contract;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A type whose variables were filled; equal to the same type written down. Immutable. */
final class FilledType implements ParameterizedType {

  private final @Nullable Type owner;
  private final Class<?> rawType;
  private final List<Type> arguments;

  FilledType(@Nullable Type owner, Class<?> rawType, List<Type> arguments) {
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
        && Objects.equals(owner, that.getOwnerType())
        && Arrays.equals(getActualTypeArguments(), that.getActualTypeArguments());
  }

  @Override
  public int hashCode() { // as the JDK's own, so that equal ones meet in a map
    return Arrays.hashCode(getActualTypeArguments()) ^ Objects.hashCode(owner) ^ rawType.hashCode();
  }

  @Override
  public String toString() {
    return rawType.getTypeName()
        + "<"
        + String.join(", ", arguments.stream().map(Type::getTypeName).toList())
        + ">";
  }
}
