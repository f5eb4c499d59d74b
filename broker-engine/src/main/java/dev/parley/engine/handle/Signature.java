package dev.parley.engine.handle;

import dev.parley.engine.codec.BodyReader;
import java.lang.reflect.Type;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a handler takes: at most one form of the message's content, and headers and the native
 * message beside it.
 *
 * @param shape the form in which it takes the content
 * @param bodyType the type of the body, or of the reply's value; {@code Void.class} when it takes
 *     none
 * @param body reads the body
 * @param checks what the body is checked for
 * @param arguments how each parameter is filled
 * @param returnsNothing whether it is {@code void}, or a stage of nothing: a caller gets an empty
 *     reply
 * @param takesItems whether it takes a stream of the caller's items
 * @param returned the declared type of its result
 * @param sendable what makes its result ready to be written
 */
record Signature(
    Shape shape,
    Type bodyType,
    BodyReader body,
    Checks checks,
    List<Argument> arguments,
    boolean returnsNothing,
    boolean takesItems,
    Type returned,
    UnaryOperator<@Nullable Object> sendable) {

  /** The forms of content. */
  enum Shape {
    /** The content is not looked at. */
    NONE,
    /** The body. */
    BODY,
    /** {@code Message<T>}. */
    MESSAGE,
    /** {@code Reply<T>}. */
    REPLY,
    /** {@code Batch<T>}. */
    BATCH
  }

  /** Whether an error reply is handed to it as a value. */
  boolean takesErrors() {
    return shape == Shape.REPLY;
  }
}
