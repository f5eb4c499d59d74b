package dev.parley;

import static java.util.Objects.requireNonNull;

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

  private TypeRef(Type type) {
    this.type = type;
  }

  /** For a type that is only known at run time, as {@code Method.getGenericReturnType()} is. */
  public static TypeRef<?> of(Type type) {
    return new Known(requireNonNull(type, "type"));
  }

  /** A type that was not written down. */
  private static final class Known extends TypeRef<Object> {
    private Known(Type type) {
      super(type);
    }
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
