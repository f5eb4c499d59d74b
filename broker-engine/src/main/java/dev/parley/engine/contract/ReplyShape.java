package dev.parley.engine.contract;

import dev.parley.Reply;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/**
 * What a method returns, taken apart: in which form, and the type of the reply or of the items.
 *
 * @param form the form
 * @param full whether it is a {@link Reply} with headers and timings
 * @param type the type of the value, or of an item of a stream
 */
public record ReplyShape(Form form, boolean full, Type type) {

  /** The forms in which replies come. */
  public enum Form {
    /** Nothing: fire and forget. */
    NOTHING,
    /** The value, waited for. */
    VALUE,
    /** A future of the value. */
    FUTURE,
    /** Many values, pulled by a thread that may wait. */
    STREAM,
    /** Many values, pulled by a thread that may wait, without a way to end early. */
    ITERATOR,
    /** Many values, pushed as they are requested. */
    PUBLISHER;

    /** Whether there can be many values. */
    public boolean isStream() {
      return this == STREAM || this == ITERATOR || this == PUBLISHER;
    }
  }

  /** The shape of a return type. */
  public static ReplyShape of(Type returned) {
    Class<?> raw = TypeResolver.raw(returned);
    if (raw == void.class) {
      return new ReplyShape(Form.NOTHING, false, Void.class);
    }
    if (raw == CompletableFuture.class || raw == CompletionStage.class) {
      return value(Form.FUTURE, argument(returned));
    }
    if (Stream.class.isAssignableFrom(raw)) {
      return new ReplyShape(Form.STREAM, false, argument(returned));
    }
    if (Iterator.class.isAssignableFrom(raw)) {
      return new ReplyShape(Form.ITERATOR, false, argument(returned));
    }
    if (Flow.Publisher.class.isAssignableFrom(raw)) {
      return new ReplyShape(Form.PUBLISHER, false, argument(returned));
    }
    return value(Form.VALUE, returned);
  }

  private static ReplyShape value(Form form, Type type) {
    return TypeResolver.raw(type) == Reply.class
        ? new ReplyShape(form, true, argument(type))
        : new ReplyShape(form, false, type);
  }

  /** The type argument of a wrapper; anything where it was left out. */
  private static Type argument(Type type) {
    return type instanceof ParameterizedType parameterized
        ? parameterized.getActualTypeArguments()[0]
        : Object.class;
  }
}
