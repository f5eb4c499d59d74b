package dev.parley;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with its type arguments, where a class cannot say it: {@code new TypeRef<List<Order>>()
 * {}}.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {

  private final Type type;

  /**
   * Reads the type argument of the subclass; throws {@link IllegalArgumentException} when there is
   * none.
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
      throw new IllegalArgumentException(
          "TypeRef needs its type argument: new TypeRef<List<Order>>() {}");
    }
    this.type = parameterized.getActualTypeArguments()[0];
  }

  /** The type, type arguments included. */
  public final Type type() {
    return type;
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
