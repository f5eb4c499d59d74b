package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which types a handler's parameters may have, where that can be said without a codec. */
final class ParameterTypes {

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
  static void checkBody(Class<?> type, Set<Class<?>> nativeTypes, String where) {
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

  /** Throws {@link DeclarationException} for what {@code @Header} does not list. */
  static void checkHeader(Type type, String where) {
    if (!(type instanceof Class<?> c)
        || !(HEADERS.contains(c) || c.isEnum() || isTime(c.getPackage()))) {
      throw new DeclarationException(
          where
              + ": a header cannot be read as "
              + type.getTypeName()
              + "; @Header takes a String, a number, a boolean, an enum, a UUID, a java.time type, or an Optional of one of them");
    }
  }

  private static boolean isTime(@Nullable Package home) {
    return home != null && home.getName().equals("java.time");
  }
}
