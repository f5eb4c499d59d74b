package dev.parley.engine.codec;

import org.jspecify.annotations.Nullable;

/** A body as it travels. Immutable as long as nobody writes to its bytes. */
public final class Encoded {

  private static final Encoded NOTHING = new Encoded(new byte[0], null);

  private final byte[] body;
  private final @Nullable String contentType;

  /** That body, shared and not to be written to, with its media type; null for none. */
  public Encoded(byte[] body, @Nullable String contentType) {
    this.body = body;
    this.contentType = contentType;
  }

  /** What a handler answers that returns nothing: an empty body without content type. */
  public static Encoded nothing() {
    return NOTHING;
  }

  /** The bytes, not a copy of them. */
  public byte[] body() {
    return body;
  }

  /** The media type; null where there is nothing that could have one. */
  public @Nullable String contentType() {
    return contentType;
  }
}
