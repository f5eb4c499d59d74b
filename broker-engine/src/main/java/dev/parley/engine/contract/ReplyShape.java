package dev.parley.engine.contract;

import dev.parley.Message;
import dev.parley.Reply;
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
 * @param content what the value comes in: with its headers, or without
 * @param type the type of the value, or of an item of a stream
 */
public record ReplyShape(Form form, Content content, Type type) {

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

  /** What a value comes in. */
  public enum Content {
    /** Nothing else. */
    VALUE,
    /** A {@link Message} with headers. */
    MESSAGE,
    /** A {@link Reply} with headers and timings. */
    REPLY
  }

  /** How a method stands to the plain one of its operation; of several the first is served. */
  public enum Wrapper {
    /** It is the plain one. */
    NONE(0),
    /** It returns a future. */
    FUTURE(1),
    /** It returns the headers as well. */
    HEADERS(2);

    private final int rank;

    Wrapper(int rank) {
      this.rank = rank;
    }

    /** Its place in the order in which methods are taken, from 0. */
    public int rank() {
      return rank;
    }
  }

  /** The shape of a return type. */
  public static ReplyShape of(Type returned) {
    Class<?> raw = TypeResolver.raw(returned);
    if (raw == void.class) {
      return new ReplyShape(Form.NOTHING, Content.VALUE, Void.class);
    }
    if (raw == CompletableFuture.class || raw == CompletionStage.class) {
      return value(Form.FUTURE, TypeResolver.argument(returned));
    }
    Form many =
        raw == Stream.class
            ? Form.STREAM
            : raw == Iterator.class
                ? Form.ITERATOR
                : raw == Flow.Publisher.class ? Form.PUBLISHER : Form.VALUE;
    return many.isStream()
        ? new ReplyShape(many, Content.VALUE, TypeResolver.argument(returned))
        : value(Form.VALUE, returned);
  }

  private static ReplyShape value(Form form, Type type) {
    Class<?> raw = TypeResolver.raw(type);
    if (raw == Reply.class) {
      return new ReplyShape(form, Content.REPLY, TypeResolver.argument(type));
    }
    return raw == Message.class
        ? new ReplyShape(form, Content.MESSAGE, TypeResolver.argument(type))
        : new ReplyShape(form, Content.VALUE, type);
  }

  /** How the method stands to others of its operation. */
  public Wrapper wrapper() {
    if (content != Content.VALUE) {
      return Wrapper.HEADERS;
    }
    return form == Form.FUTURE ? Wrapper.FUTURE : Wrapper.NONE;
  }
}
