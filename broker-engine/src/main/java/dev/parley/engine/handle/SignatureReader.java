package dev.parley.engine.handle;

import dev.parley.Batch;
import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.InvalidMessageException;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.Violation;
import dev.parley.engine.codec.BodyCheck;
import dev.parley.engine.codec.BodyReader;
import dev.parley.engine.codec.BodyValidator;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.contract.Parameters;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a handler takes, once, at its registration. Used by one thread at a time. */
final class SignatureReader {

  private static final Set<Class<?>> WRAPPERS = Set.of(Message.class, Reply.class, Batch.class);

  private final Codecs codecs;
  private final BodyValidator validator;
  private final Set<Class<?>> nativeTypes;

  SignatureReader(Codecs codecs, BodyValidator validator, Set<Class<?>> nativeTypes) {
    this.codecs = codecs;
    this.validator = validator;
    this.nativeTypes = nativeTypes;
  }

  /**
   * What a method takes; throws {@link DeclarationException} that begins with {@code where}.
   *
   * @param declaring the method with the annotation: the same, or one that it overrides
   */
  Signature of(Object target, Method method, Method declaring, String where) {
    TypeArguments types = TypeArguments.of(target.getClass());
    boolean returnsNothing = ReturnType.check(types.resolve(method.getGenericReturnType()), where);
    List<Integer> body = bodyParameters(method, declaring);
    if (declaring.getDeclaringClass().isInterface() && body.size() > 1) {
      return named(target, method, declaring, body, returnsNothing, where);
    }
    Content content = new Content(where);
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < method.getParameterCount(); i++) {
      Parameter parameter = method.getParameters()[i];
      Type type = types.resolve(parameter.getParameterizedType());
      Argument beside = beside(parameter, type, declaring.getParameters()[i], where);
      arguments.add(beside != null ? beside : content.add(type));
    }
    content.checkBatchIsAlone(arguments.size());
    return new Signature(
        content.shape,
        content.type,
        reader(content.type, where),
        checks(content.type, target, method, where),
        arguments,
        returnsNothing,
        takesItems(method, where));
  }

  /** Several parameters, which travel by their names. */
  private Signature named(
      Object target,
      Method method,
      Method declaring,
      List<Integer> body,
      boolean returnsNothing,
      String where) {
    List<String> names = Parameters.names(declaring, body, where);
    TypeArguments filled = TypeArguments.of(target.getClass());
    List<Type> types = new ArrayList<>();
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < method.getParameterCount(); i++) {
      Parameter parameter = method.getParameters()[i];
      Type type = filled.resolve(parameter.getParameterizedType());
      Argument beside = beside(parameter, type, declaring.getParameters()[i], where);
      if (beside == null) {
        String name = names.get(types.size());
        types.add(type);
        arguments.add(
            received -> received.content() instanceof Map<?, ?> map ? map.get(name) : null);
      } else {
        arguments.add(beside);
      }
    }
    types.stream()
        .filter(type -> WRAPPERS.contains(raw(type)))
        .forEach(
            type -> {
              throw new DeclarationException(
                  where
                      + ": "
                      + type.getTypeName()
                      + " must be the only parameter beside headers, because it stands for the whole message");
            });
    return new Signature(
        Signature.Shape.BODY,
        Map.class,
        NamedArguments.of(names, types, type -> reader(type, where)),
        namedChecks(names, types, checks(Void.class, target, method, where)),
        arguments,
        returnsNothing,
        takesItems(method, where));
  }

  private Checks namedChecks(List<String> names, List<Type> types, Checks method) {
    List<BodyCheck> checks = types.stream().map(validator::forType).toList();
    return new Checks() {
      @Override
      public List<Violation> body(@Nullable Object body) {
        List<Violation> found = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
          Object value = body instanceof Map<?, ?> map ? map.get(names.get(i)) : null;
          String path = names.get(i) + ".";
          if (value != null) {
            checks.get(i).check(value).stream()
                .map(violation -> new Violation(path + violation.path(), violation.message()))
                .forEach(found::add);
          }
        }
        return found;
      }

      @Override
      public List<Violation> arguments(@Nullable Object[] arguments) {
        return method.arguments(arguments);
      }
    };
  }

  private List<Integer> bodyParameters(Method method, Method declaring) {
    return Parameters.body(declaring).stream()
        .filter(
            index ->
                Parameters.isBody(method.getParameters()[index])
                    && nativeArgument(method.getParameterTypes()[index]) == null)
        .toList();
  }

  /** What a lambda takes. */
  Signature of(Type parameter, boolean returnsNothing, String where) {
    Content content = new Content(where);
    Argument argument = nativeArgument(raw(parameter));
    if (argument == null) {
      argument = content.add(parameter);
    }
    return new Signature(
        content.shape,
        content.type,
        reader(content.type, where),
        bodyChecks(content.type),
        List.of(argument),
        returnsNothing,
        false);
  }

  /** What fills a parameter that is not the content; null for one that is. */
  private @Nullable Argument beside(
      Parameter parameter, Type type, Parameter declared, String where) {
    Header own = parameter.getAnnotation(Header.class);
    Header header = own != null ? own : declared.getAnnotation(Header.class);
    if (header != null) {
      return headerArgument(header.value(), type, where);
    }
    if (Parameters.isTimeout(parameter, where) || Parameters.isTimeout(declared, where)) {
      return Received::timeLeft;
    }
    if (Parameters.isItems(raw(type))) {
      Class<?> form = raw(type);
      Type item = itemType(type, where);
      return received -> received.items(form, item);
    }
    return nativeArgument(raw(type));
  }

  private static Type itemType(Type parameter, String where) {
    if (parameter instanceof ParameterizedType parameterized) {
      return parameterized.getActualTypeArguments()[0];
    }
    throw new DeclarationException(
        where + ": a stream of items needs their type, as in Flow.Publisher<Order>");
  }

  private static boolean takesItems(Method method, String where) {
    long streams = Arrays.stream(method.getParameterTypes()).filter(Parameters::isItems).count();
    if (streams > 1) {
      throw new DeclarationException(
          where + ": it takes two streams of items, and a caller sends one; take one record");
    }
    return streams == 1;
  }

  private @Nullable Argument nativeArgument(Class<?> type) {
    if (!nativeTypes.contains(type)) {
      return null;
    }
    return received -> received.delivery().nativeMessage();
  }

  private Argument headerArgument(String name, Type type, String where) {
    if (name.isBlank()) {
      throw new DeclarationException(where + ": @Header needs the name of a header");
    }
    boolean optional = raw(type) == Optional.class;
    Type valueType =
        optional && type instanceof ParameterizedType p ? p.getActualTypeArguments()[0] : type;
    ParameterTypes.checkHeader(valueType, where);
    boolean primitive = valueType instanceof Class<?> c && c.isPrimitive();
    BodyReader reader = reader(valueType, where);
    return received -> {
      String text = received.wire().header(name);
      if (text == null && primitive) {
        throw invalid(name, "is required");
      }
      Object value = text == null ? null : headerValue(reader, name, text);
      return optional ? Optional.ofNullable(value) : value;
    };
  }

  private static @Nullable Object headerValue(BodyReader reader, String name, String text) {
    try {
      return reader.read(text.getBytes(StandardCharsets.UTF_8), "text/plain");
    } catch (InvalidMessageException e) {
      throw invalid(name, "cannot be read: " + e.getMessage());
    }
  }

  private static InvalidMessageException invalid(String header, String what) {
    String message = "the header \"" + header + "\" " + what;
    return new InvalidMessageException(message, List.of(new Violation(header, message)), null);
  }

  private BodyReader reader(Type type, String where) {
    if (type == Void.class) {
      return (body, contentType) -> null;
    }
    ParameterTypes.checkBody(raw(type), nativeTypes, where);
    try {
      return codecs.reader(type);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(
          where + ": a body cannot be read as " + type.getTypeName() + ": " + e.getMessage(), e);
    }
  }

  private Checks bodyChecks(Type type) {
    BodyCheck check = validator.forType(type);
    return new Checks() {
      @Override
      public List<Violation> body(@Nullable Object body) {
        return body == null ? List.of() : check.check(body);
      }

      @Override
      public List<Violation> arguments(@Nullable Object[] arguments) {
        return List.of();
      }
    };
  }

  private Checks checks(Type type, Object target, Method method, String where) {
    Checks body = bodyChecks(type);
    try {
      if (!validator.constrained(method)) {
        return body;
      }
    } catch (RuntimeException e) {
      throw new DeclarationException(
          where + ": the constraints on its parameters cannot be used: " + e.getMessage(), e);
    }
    return new Checks() {
      @Override
      public List<Violation> body(@Nullable Object value) {
        return body.body(value);
      }

      @Override
      public List<Violation> arguments(@Nullable Object[] arguments) {
        return validator.validate(target, method, arguments);
      }
    };
  }

  static Class<?> raw(Type type) {
    if (type instanceof Class<?> c) {
      return c;
    }
    return type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : Object.class;
  }

  /** The one content parameter, as it is found. */
  private static final class Content {
    private final String where;
    private Signature.Shape shape = Signature.Shape.NONE;
    private Type type = Void.class;

    Content(String where) {
      this.where = where;
    }

    Argument add(Type parameter) {
      if (shape != Signature.Shape.NONE) {
        throw new DeclarationException(
            where
                + ": it has two parameters for the content, "
                + type.getTypeName()
                + " and "
                + parameter.getTypeName()
                + "; a message has one body: use one record, mark headers with @Header(\"name\"), or use the client library's message of this broker");
      }
      Class<?> raw = raw(parameter);
      shape = shapeOf(raw);
      type = WRAPPERS.contains(raw) ? typeArgument(parameter) : parameter;
      return shape == Signature.Shape.MESSAGE ? Received::message : Received::content;
    }

    private static Signature.Shape shapeOf(Class<?> raw) {
      if (raw == Message.class) {
        return Signature.Shape.MESSAGE;
      }
      if (raw == Reply.class) {
        return Signature.Shape.REPLY;
      }
      return raw == Batch.class ? Signature.Shape.BATCH : Signature.Shape.BODY;
    }

    private Type typeArgument(Type parameter) {
      if (parameter instanceof ParameterizedType parameterized) {
        Type argument = parameterized.getActualTypeArguments()[0];
        Type body =
            argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
        if (WRAPPERS.contains(raw(body))) {
          throw new DeclarationException(
              where
                  + ": "
                  + raw(parameter).getSimpleName()
                  + " of "
                  + raw(body).getSimpleName()
                  + " cannot be read; one of them is enough, as in "
                  + raw(parameter).getSimpleName()
                  + "<Order>");
        }
        return body;
      }
      throw new DeclarationException(
          where
              + ": "
              + raw(parameter).getSimpleName()
              + " needs the type of its body, as in "
              + raw(parameter).getSimpleName()
              + "<Order>");
    }

    void checkBatchIsAlone(int parameters) {
      if (shape == Signature.Shape.BATCH && parameters > 1) {
        throw new DeclarationException(
            where
                + ": a Batch must be the only parameter, because headers and native messages belong to one message; take them from batch.messages()");
      }
    }
  }
}
