package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.engine.codec.BodyReader;
import dev.parley.engine.codec.BodyValidator;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.contract.ParameterTypes;
import dev.parley.engine.contract.Parameters;
import dev.parley.engine.contract.ReplyShape;
import dev.parley.engine.contract.ReturnType;
import dev.parley.engine.contract.TypeResolver;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads what a handler takes, once, at its registration. Used by one thread at a time. */
final class SignatureReader {

  private final Codecs codecs;
  private final CheckFactory checks;
  private final Set<Class<?>> nativeTypes;

  SignatureReader(Codecs codecs, BodyValidator validator, Set<Class<?>> nativeTypes) {
    this.codecs = codecs;
    this.checks = new CheckFactory(validator);
    this.nativeTypes = nativeTypes;
  }

  /** What a lambda takes. */
  Signature of(Type parameter, boolean returnsNothing, String where) {
    ContentParameter content = new ContentParameter(where);
    Argument argument = nativeArgument(TypeResolver.raw(parameter));
    if (argument == null) {
      argument = content.add(parameter);
    }
    return new Signature(
        content.shape(),
        content.type(),
        reader(content.type(), where),
        checks.forBody(content.type()),
        List.of(argument),
        returnsNothing,
        false,
        Object.class,
        value -> value);
  }

  /** What a method takes; throws {@link DeclarationException} that begins with its name. */
  Signature of(HandlerMethod handler) {
    Type returned = handler.returnType();
    boolean returnsNothing = ReturnType.check(returned, handler.where());
    List<Integer> body = bodyParameters(handler);
    if (handler.isContract() && body.size() > 1) {
      return named(handler, body, returned, returnsNothing);
    }
    ContentParameter content = new ContentParameter(handler.where());
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < handler.method().getParameterCount(); i++) {
      Argument beside = beside(handler, i);
      arguments.add(beside != null ? beside : content.add(handler.bodyType(i)));
    }
    content.checkBatchIsAlone(arguments.size());
    return new Signature(
        content.shape(),
        content.type(),
        reader(content.type(), handler.where()),
        checks.forMethod(content.type(), handler.target(), handler.method(), handler.where()),
        arguments,
        returnsNothing,
        takesItems(handler),
        returned,
        sendable(returned));
  }

  private UnaryOperator<@Nullable Object> sendable(Type returned) {
    return codecs.prepared(ReplyShape.of(returned).type(), false);
  }

  /** Several parameters, which travel by their names. */
  private Signature named(
      HandlerMethod handler, List<Integer> body, Type returned, boolean returnsNothing) {
    String where = handler.where();
    List<String> names = Parameters.names(handler.declared(), body, where);
    List<Type> types = body.stream().map(handler::bodyType).toList();
    Parameters.checkNoneIsWhole(types, where);
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < handler.method().getParameterCount(); i++) {
      Argument beside = beside(handler, i);
      arguments.add(beside != null ? beside : byName(names.get(body.indexOf(i))));
    }
    return new Signature(
        Signature.Shape.BODY,
        Map.class,
        NamedArguments.of(names, types, type -> reader(type, where)),
        checks.forNamed(names, types, handler.target(), handler.method(), where),
        arguments,
        returnsNothing,
        takesItems(handler),
        returned,
        sendable(returned));
  }

  private static Argument byName(String name) {
    return received -> received.content() instanceof Map<?, ?> map ? map.get(name) : null;
  }

  private List<Integer> bodyParameters(HandlerMethod handler) {
    return Parameters.body(handler.declared()).stream()
        .filter(
            index ->
                Parameters.isBody(handler.method().getParameters()[index])
                    && nativeArgument(handler.method().getParameterTypes()[index]) == null)
        .toList();
  }

  /** What fills a parameter that is not the content; null for one that is. */
  private @Nullable Argument beside(HandlerMethod handler, int index) {
    String where = handler.where();
    Parameter parameter = handler.method().getParameters()[index];
    Parameter declared = handler.declared().getParameters()[index];
    Type type = handler.parameterType(index);
    Class<?> raw = TypeResolver.raw(type);
    Header own = parameter.getAnnotation(Header.class);
    Header header = own != null ? own : declared.getAnnotation(Header.class);
    if (header != null) {
      return headerArgument(header.value(), type, where);
    }
    if (Parameters.isTimeout(parameter, where) || Parameters.isTimeout(declared, where)) {
      return Received::timeLeft;
    }
    if (Parameters.isItems(raw)) {
      Type item = itemType(type, where);
      return received -> received.items(raw, item);
    }
    return nativeArgument(raw);
  }

  private static Type itemType(Type parameter, String where) {
    if (parameter instanceof ParameterizedType parameterized) {
      return parameterized.getActualTypeArguments()[0];
    }
    throw new DeclarationException(
        where + ": a stream of items needs their type, as in Flow.Publisher<Order>");
  }

  private static boolean takesItems(HandlerMethod handler) {
    long streams =
        Arrays.stream(handler.method().getParameterTypes()).filter(Parameters::isItems).count();
    if (streams > 1) {
      throw new DeclarationException(
          handler.where()
              + ": it takes two streams of items, and a caller sends one; take one record");
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
    boolean optional = TypeResolver.raw(type) == Optional.class;
    Type valueType = ParameterTypes.checkHeader(name, type, where);
    boolean primitive = valueType instanceof Class<?> c && c.isPrimitive();
    return new HeaderArgument(name, reader(valueType, where), optional, primitive);
  }

  private BodyReader reader(Type type, String where) {
    if (type == Void.class) {
      return (body, contentType) -> null;
    }
    ParameterTypes.checkBody(TypeResolver.raw(type), nativeTypes, where);
    try {
      return codecs.reader(type);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(
          where + ": a body cannot be read as " + type.getTypeName() + ": " + e.getMessage(), e);
    }
  }
}
