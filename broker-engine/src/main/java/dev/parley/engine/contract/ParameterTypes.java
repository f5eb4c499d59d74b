package dev.parley.engine.contract;

import dev.parley.DeclarationException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which types a method's parameters may have, where that can be said without a codec. */
public final class ParameterTypes {

  /** The packages of client libraries; a body is never of a type of theirs. */
  private static final List<String> CLIENT_LIBRARIES =
      List.of("com.rabbitmq.client.", "org.apache.kafka.clients.", "io.lettuce.core.");

  private static final Set<Class<?>> HEADERS =
      Set.of(
          String.class,
          UUID.class,
          boolean.class,
          Boolean.class,
          byte.class,
          Byte.class,
          short.class,
          Short.class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          float.class,
          Float.class,
          double.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class);

  private ParameterTypes() {}

  /**
   * Throws {@link DeclarationException} for the message of a client library; those of this broker's
   * own were taken out before.
   */
  public static void checkBody(Class<?> type, Set<Class<?>> nativeTypes, String where) {
    if (CLIENT_LIBRARIES.stream().anyMatch(type.getName()::startsWith)) {
      throw new DeclarationException(
          where
              + ": "
              + type.getName()
              + " is not the client library's message of this broker, which is "
              + (nativeTypes.isEmpty()
                  ? "none"
                  : String.join(", ", nativeTypes.stream().map(Class::getName).sorted().toList()))
              + "; take Message<byte[]>, which every broker has");
    }
  }

  /**
   * The type of a header's value, which may be in an {@code Optional}; throws {@link
   * DeclarationException} for what {@code @Header} does not list, and for a missing name.
   */
  public static Type checkHeader(String name, Type declared, String where) {
    if (name.isBlank()) {
      throw new DeclarationException(where + ": @Header needs the name of a header");
    }
    Type type =
        TypeResolver.raw(declared) == Optional.class ? TypeResolver.argument(declared) : declared;
    if (!(type instanceof Class<?> c)
        || !(HEADERS.contains(c) || c.isEnum() || isTime(c.getPackage()))) {
      throw new DeclarationException(
          where
              + ": a header cannot be read as "
              + type.getTypeName()
              + "; @Header takes a String, a number, a boolean, an enum, a UUID, a java.time type, or an Optional of one of them");
    }
    return type;
  }

  private static boolean isTime(@Nullable Package home) {
    return home != null && home.getName().equals("java.time");
  }
}
