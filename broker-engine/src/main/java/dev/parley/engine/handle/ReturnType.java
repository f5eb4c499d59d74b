package dev.parley.engine.handle;

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

/** Which return types a handler may have. */
final class ReturnType {

  private static final List<Class<?>> UNSUPPORTED =
      List.of(InputStream.class, Reader.class, Reply.class, Thread.class);

  private static final List<Class<?>> STREAMS =
      List.of(BaseStream.class, Iterator.class, Flow.Publisher.class);

  private ReturnType() {}

  /**
   * Whether a method with that return type returns nothing, so that a caller gets an empty reply;
   * throws {@link DeclarationException} for what cannot be sent.
   */
  static boolean check(Type declared, String where) {
    Type type = declared;
    Class<?> raw = SignatureReader.raw(type);
    if (CompletionStage.class.isAssignableFrom(raw)) {
      type =
          type instanceof ParameterizedType parameterized
              ? parameterized.getActualTypeArguments()[0]
              : Object.class;
      raw = SignatureReader.raw(type);
    } else if (Future.class.isAssignableFrom(raw)) {
      throw unsupported(
          raw, where, "return a CompletionStage, which can be waited for without a thread");
    }
    boolean stage = CompletionStage.class.isAssignableFrom(SignatureReader.raw(declared));
    if (stage && isStream(raw)) {
      throw unsupported(
          raw, where, "without a CompletionStage around it, which a stream does not need");
    }
    for (Class<?> unsupported : UNSUPPORTED) {
      if (unsupported.isAssignableFrom(raw)) {
        throw unsupported(
            raw,
            where,
            "return a value, a List, a Message with headers, a CompletionStage of one of them, or a Stream, Iterator or Flow.Publisher for many replies");
      }
    }
    if (raw == Message.class && !(type instanceof ParameterizedType)) {
      throw unsupported(raw, where, "give Message the type of its body, as in Message<Receipt>");
    }
    return raw == void.class || raw == Void.class;
  }

  /** Whether it is many replies. */
  static boolean isStream(Class<?> type) {
    return STREAMS.stream().anyMatch(stream -> stream.isAssignableFrom(type));
  }

  private static DeclarationException unsupported(Class<?> type, String where, String remedy) {
    return new DeclarationException(where + ": it cannot return " + type.getName() + "; " + remedy);
  }
}
