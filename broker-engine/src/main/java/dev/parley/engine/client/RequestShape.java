package dev.parley.engine.client;

import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.Message;
import dev.parley.engine.contract.Parameters;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Makes the request of a method's arguments. Immutable; any thread may call it. */
final class RequestShape {

  private static final int NONE = -1;

  private final String where;
  private final List<Integer> body;
  private final List<String> names;
  private final Map<Integer, String> headers;
  private final int timeout;

  private RequestShape(
      String where,
      List<Integer> body,
      List<String> names,
      Map<Integer, String> headers,
      int timeout) {
    this.where = where;
    this.body = body;
    this.names = names;
    this.headers = headers;
    this.timeout = timeout;
  }

  /** Of a method's parameters; throws {@link DeclarationException} where they make no request. */
  static RequestShape of(Method method, String where) {
    List<Integer> body = Parameters.body(method);
    Map<Integer, String> headers = new LinkedHashMap<>();
    int timeout = NONE;
    for (int i = 0; i < method.getParameterCount(); i++) {
      Parameter parameter = method.getParameters()[i];
      Header header = parameter.getAnnotation(Header.class);
      if (header != null) {
        headers.put(i, header.value());
      } else if (Parameters.isTimeout(parameter, where)) {
        if (timeout != NONE) {
          throw new DeclarationException(where + ": it has two @Timeout parameters; keep one");
        }
        timeout = i;
      }
    }
    List<String> names = body.size() > 1 ? Parameters.names(method, body, where) : List.of();
    return new RequestShape(where, body, names, headers, timeout);
  }

  /** The message of a call with these arguments. */
  Message<?> message(@Nullable Object[] arguments) {
    Object content = body(arguments);
    Message<?> message = content instanceof Message<?> given ? given : Message.of(content);
    for (Map.Entry<Integer, String> header : headers.entrySet()) {
      Object value = plain(arguments[header.getKey()]);
      if (value != null) {
        message = message.header(header.getValue(), value.toString());
      }
    }
    return message;
  }

  private @Nullable Object body(@Nullable Object[] arguments) {
    if (body.isEmpty()) {
      return null;
    }
    if (names.isEmpty()) {
      return arguments[body.get(0)];
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      named.put(names.get(i), arguments[body.get(i)]);
    }
    return named;
  }

  /** The caller's items; null when it has none. */
  Flow.@Nullable Publisher<?> items(@Nullable Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Flow.Publisher<?> items) {
        return items;
      }
    }
    return null;
  }

  /** The limit a call was given; null when there is no parameter for it. */
  @Nullable Duration timeout(@Nullable Object[] arguments) {
    if (timeout == NONE) {
      return null;
    }
    if (arguments[timeout] instanceof Duration limit) {
      return limit;
    }
    throw new IllegalArgumentException(where + ": its @Timeout must not be null");
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Optional<?> optional ? optional.orElse(null) : value;
  }
}
