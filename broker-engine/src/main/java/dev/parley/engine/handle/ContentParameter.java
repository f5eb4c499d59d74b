package dev.parley.engine.handle;

import dev.parley.Batch;
import dev.parley.DeclarationException;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.engine.contract.Parameters;
import dev.parley.engine.contract.TypeResolver;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;

/** The one parameter for the content, as it is found. Used by one thread. */
final class ContentParameter {

  private final String where;
  private Signature.Shape shape = Signature.Shape.NONE;
  private Type type = Void.class;

  ContentParameter(String where) {
    this.where = where;
  }

  Signature.Shape shape() {
    return shape;
  }

  /** The type of the body; {@code Void} when there is no parameter for it. */
  Type type() {
    return type;
  }

  Argument add(Type parameter) {
    if (shape != Signature.Shape.NONE) {
      throw new DeclarationException(
          where
              + ": it has two parameters for the content, "
              + type.getTypeName()
              + " and "
              + parameter.getTypeName()
              + "; a message has one body: use one record, mark headers with @Header(\"name\"), use the client library's message of this broker, or declare the method in an interface, whose parameters travel by name");
    }
    Class<?> raw = TypeResolver.raw(parameter);
    shape = shapeOf(raw);
    type = Parameters.isWhole(raw) ? typeArgument(parameter) : parameter;
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
    String name = TypeResolver.raw(parameter).getSimpleName();
    if (!(parameter instanceof ParameterizedType parameterized)) {
      throw new DeclarationException(
          where + ": " + name + " needs the type of its body, as in " + name + "<Order>");
    }
    Type argument = parameterized.getActualTypeArguments()[0];
    Type body = argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
    if (Parameters.isWhole(TypeResolver.raw(body))) {
      throw new DeclarationException(
          where
              + ": "
              + name
              + " of "
              + TypeResolver.raw(body).getSimpleName()
              + " cannot be read; one of them is enough, as in "
              + name
              + "<Order>");
    }
    return body;
  }

  void checkBatchIsAlone(int parameters) {
    if (shape == Signature.Shape.BATCH && parameters > 1) {
      throw new DeclarationException(
          where
              + ": a Batch must be the only parameter, because headers and native messages belong to one message; take them from batch.messages()");
    }
  }
}
