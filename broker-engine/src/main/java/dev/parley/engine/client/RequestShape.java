package dev.parley.engine.client;

import dev.parley.CallOptions;
import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.contract.ParameterTypes;
import dev.parley.engine.contract.Parameters;
import dev.parley.engine.contract.TypeResolver;
import dev.parley.engine.wire.HeaderRules;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes the request of a method's arguments. Immutable; any thread may call it. */
final class RequestShape {

  private static final int NONE = -1;

  private final String where;
  private final List<Part> body;
  private final Map<Integer, String> headers;
  private final int items;
  private final int timeout;

  /**
   * A parameter that is a part of the body.
   *
   * @param name its name; empty when it is the whole body
   * @param prepared what makes its value ready to be written
   */
  private record Part(int index, String name, UnaryOperator<@Nullable Object> prepared) {
    @Nullable Object of(@Nullable Object[] arguments) {
      return prepared.apply(arguments[index]);
    }
  }

  private RequestShape(
      String where, List<Part> body, Map<Integer, String> headers, int items, int timeout) {
    this.where = where;
    this.body = body;
    this.headers = headers;
    this.items = items;
    this.timeout = timeout;
  }

  /** Of a method's parameters; throws {@link DeclarationException} where they make no request. */
  static RequestShape of(Method method, TypeResolver types, Codecs codecs, String where) {
    Map<Integer, String> headers = new LinkedHashMap<>();
    int items = NONE;
    int timeout = NONE;
    for (int i = 0; i < method.getParameterCount(); i++) {
      Parameter parameter = method.getParameters()[i];
      Type type = types.resolve(parameter.getParameterizedType());
      if (parameter.isAnnotationPresent(Header.class)) {
        headers.put(i, header(parameter.getAnnotation(Header.class).value(), type, headers, where));
      } else if (Parameters.isTimeout(parameter, where)) {
        timeout = only(timeout, i, "@Timeout parameters", where);
      } else if (Parameters.isItems(parameter.getType())) {
        items = only(items, i, "streams of items", where);
      }
    }
    return new RequestShape(where, body(method, types, codecs, where), headers, items, timeout);
  }

  private static int only(int before, int index, String what, String where) {
    if (before != NONE) {
      throw new DeclarationException(where + ": it has two " + what + "; keep one");
    }
    return index;
  }

  private static String header(String name, Type type, Map<Integer, String> others, String where) {
    ParameterTypes.checkHeader(name, type, where);
    if (others.containsValue(name)) {
      throw new DeclarationException(
          where + ": two parameters are the header \"" + name + "\"; keep one");
    }
    try {
      HeaderRules.check(Map.of(name, ""), "its queue");
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(where + ": " + e.getMessage(), e);
    }
    return name;
  }

  private static List<Part> body(Method method, TypeResolver types, Codecs codecs, String where) {
    List<Integer> indices = Parameters.body(method);
    List<Type> bodies =
        indices.stream()
            .map(index -> types.resolve(method.getGenericParameterTypes()[index]))
            .toList();
    if (indices.size() == 1) {
      checkSendable(bodies.get(0), where);
      return List.of(new Part(indices.get(0), "", codecs.prepared(bodies.get(0), false)));
    }
    List<String> names = Parameters.names(method, indices, where);
    Parameters.checkNoneIsWhole(bodies, where);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < indices.size(); i++) {
      parts.add(new Part(indices.get(i), names.get(i), codecs.prepared(bodies.get(i), true)));
    }
    return parts;
  }

  private static void checkSendable(Type type, String where) {
    Class<?> raw = TypeResolver.raw(type);
    if (Parameters.isWhole(raw) && raw != Message.class) {
      throw new DeclarationException(
          where
              + ": a caller sends a body or a Message, not a "
              + raw.getSimpleName()
              + "; take the type of its body");
    }
  }

  /** The message of a call with these arguments. */
  Message<?> message(@Nullable Object[] arguments) {
    Object content = content(arguments);
    Message<?> message = content instanceof Message<?> given ? given : Message.of(content);
    for (Map.Entry<Integer, String> header : headers.entrySet()) {
      Object value = plain(arguments[header.getKey()]);
      if (value != null) {
        message = message.header(header.getValue(), value.toString());
      }
    }
    return message;
  }

  private @Nullable Object content(@Nullable Object[] arguments) {
    if (body.isEmpty()) {
      return null;
    }
    if (body.get(0).name().isEmpty()) {
      return body.get(0).of(arguments);
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    for (Part part : body) {
      named.put(part.name(), part.of(arguments));
    }
    return named;
  }

  /** The call with what these arguments say of its limit and of the caller's items. */
  <R> CallOptions<R> options(CallOptions<R> call, @Nullable Object[] arguments) {
    CallOptions<R> limited = timeout == NONE ? call : call.timeout(limit(arguments));
    if (items == NONE) {
      return limited;
    }
    if (arguments[items] instanceof Flow.Publisher<?> given) {
      return limited.sending(given);
    }
    throw new IllegalArgumentException(where + ": the items to send must not be null");
  }

  /** The publish with what these arguments say of its limit. */
  PublishOptions limited(PublishOptions publish, @Nullable Object[] arguments) {
    return timeout == NONE ? publish : publish.timeout(limit(arguments));
  }

  private Duration limit(@Nullable Object[] arguments) {
    if (arguments[timeout] instanceof Duration limit) {
      return limit;
    }
    throw new IllegalArgumentException(where + ": its @Timeout must not be null");
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Optional<?> optional ? optional.orElse(null) : value;
  }
}
