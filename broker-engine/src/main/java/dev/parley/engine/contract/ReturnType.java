package dev.parley.engine.contract;

import dev.parley.Batch;
import dev.parley.DeclarationException;
import dev.parley.Message;
import dev.parley.Reply;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

/** Which return types a method may have, at the handler and at the caller. */
public final class ReturnType {

  private static final List<Class<?>> UNSUPPORTED =
      List.of(InputStream.class, Reader.class, Batch.class, Thread.class);

  private static final List<Class<?>> STREAMS =
      List.of(BaseStream.class, Iterator.class, Flow.Publisher.class);

  private ReturnType() {}

  /**
   * Whether a method with that return type returns nothing, so that a caller gets an empty reply;
   * throws {@link DeclarationException} for what cannot be sent.
   */
  public static boolean check(Type declared, String where) {
    Type type = declared;
    Class<?> raw = TypeResolver.raw(type);
    if (CompletionStage.class.isAssignableFrom(raw)) {
      type =
          type instanceof ParameterizedType parameterized
              ? parameterized.getActualTypeArguments()[0]
              : Object.class;
      raw = TypeResolver.raw(type);
    } else if (Future.class.isAssignableFrom(raw)) {
      throw unsupported(
          raw, where, "return a CompletionStage, which can be waited for without a thread");
    }
    boolean stage = CompletionStage.class.isAssignableFrom(TypeResolver.raw(declared));
    if (stage && isStream(raw)) {
      throw unsupported(
          raw, where, "without a CompletionStage around it, which a stream does not need");
    }
    for (Class<?> unsupported : UNSUPPORTED) {
      if (unsupported.isAssignableFrom(raw)) {
        throw unsupported(
            raw,
            where,
            "return a value, a List, a Message or Reply with headers, a CompletionStage of one of them, or a Stream, Iterator or Flow.Publisher for many replies");
      }
    }
    if (raw == Message.class || raw == Reply.class) {
      checkContent(raw, type, where);
    }
    checkNoneInside(type, where);
    return raw == void.class || raw == Void.class;
  }

  private static void checkNoneInside(Type type, String where) {
    Class<?> raw = TypeResolver.raw(type);
    Class<?> inner = TypeResolver.raw(TypeResolver.argument(type));
    if (inner == Reply.class && raw != Reply.class) {
      throw unsupported(
          raw,
          where,
          "return the values, as in List<Receipt>; many replies to one request are a Stream, or come from broker.gather(...)");
    }
  }

  private static void checkContent(Class<?> raw, Type type, String where) {
    String name = raw.getSimpleName();
    if (!(type instanceof ParameterizedType)) {
      throw unsupported(
          raw, where, "give " + name + " the type of its body, as in " + name + "<Receipt>");
    }
    Class<?> inner = TypeResolver.raw(TypeResolver.argument(type));
    if (inner == Message.class || inner == Reply.class || isStream(inner)) {
      throw unsupported(
          raw, where, "take the " + inner.getSimpleName() + " without " + name + " around it");
    }
  }

  /** Whether it is many replies. */
  public static boolean isStream(Class<?> type) {
    return STREAMS.stream().anyMatch(stream -> stream.isAssignableFrom(type));
  }

  private static DeclarationException unsupported(Class<?> type, String where, String remedy) {
    return new DeclarationException(where + ": it cannot return " + type.getName() + "; " + remedy);
  }
}
