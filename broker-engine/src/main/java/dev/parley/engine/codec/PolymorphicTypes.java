package dev.parley.engine.codec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;

/** Types whose values say in JSON which of several possible types they are. */
final class PolymorphicTypes {

  private PolymorphicTypes() {}

  /** Whether it is one, or has one among its type arguments. */
  static boolean isNamed(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return isMarked(DeclaredTypes.raw(type))
          || Arrays.stream(parameterized.getActualTypeArguments())
              .anyMatch(PolymorphicTypes::isNamed);
    }
    if (type instanceof GenericArrayType array) {
      return isNamed(array.getGenericComponentType());
    }
    Class<?> raw = DeclaredTypes.raw(type);
    return isMarked(raw.isArray() ? raw.getComponentType() : raw);
  }

  private static boolean isMarked(Class<?> type) {
    return type.isAnnotationPresent(JsonTypeInfo.class)
        || (type.getSuperclass() != null && isMarked(type.getSuperclass()))
        || Arrays.stream(type.getInterfaces()).anyMatch(PolymorphicTypes::isMarked);
  }
}
