package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Messages on Pub/Sub channels: {@code {"data": ..., "headers": {...}, "reply_to": ...}}, as Propan
 * writes them. What is not such an object is a bare body. Stateless.
 */
final class Envelope {

  private static final int MAX_DEPTH = 200;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(512 * 1024 * 1024) // as long as Redis takes
                  .build())
          .build();

  private Envelope() {}

  /**
   * The payload of a message.
   *
   * @throws IllegalArgumentException if it cannot be sent on a channel; the message says why
   */
  static byte[] write(Outgoing out) {
    if (out.nativeMessage() != null) {
      throw new IllegalArgumentException("a channel takes no native message");
    }
    if (!out.delay().isZero()) {
      throw new IllegalArgumentException("a channel keeps nothing, so there is no delay");
    }
    WireMessage message = out.message();
    String data = text(message.body());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.body().length + 256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty(Fields.DATA, data);
      json.writeName("headers");
      json.writeStartObject();
      header(json, Fields.CONTENT_TYPE, message.contentType());
      header(json, Fields.CORRELATION_ID, message.correlationId());
      header(json, Fields.MESSAGE_ID, message.messageId());
      header(json, WireHeaders.KEY, out.key());
      message.headers().forEach((name, value) -> header(json, name, value));
      json.writeEndObject();
      Address replyTo = message.replyTo();
      json.writeStringProperty(Fields.REPLY_TO, replyTo == null ? "" : bare(replyTo.name()));
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a body on a channel is text, and this is no UTF-8", e);
    }
  }

  private static void header(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }

  private static String bare(String address) {
    return Keys.isChannel(address) ? Keys.channel(address) : address;
  }

  /** The message in a payload; never throws, whoever wrote it. */
  static WireMessage read(byte[] payload) {
    WireMessage message = payload.length > 0 && payload[0] == '{' ? tryRead(payload) : null;
    return message == null ? new WireMessage(payload, null, null, null, null, Map.of()) : message;
  }

  private static @Nullable WireMessage tryRead(byte[] payload) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), payload)) {
      json.nextToken();
      byte[] data = null;
      boolean isText = false;
      String replyTo = null;
      Map<String, String> headers = new HashMap<>();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "data" -> {
            isText = value == JsonToken.VALUE_STRING;
            data = bytes(json, value);
          }
          case "headers" -> readHeaders(json, value, headers);
          case "reply_to" -> replyTo = value == JsonToken.VALUE_STRING ? text(json) : null;
          default -> {
            return null; // somebody's own object
          }
        }
      }
      boolean whole = json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
      return data == null || !whole ? null : message(data, isText, headers, replyTo);
    } catch (JacksonException e) {
      return null; // no JSON at all: a bare body that begins with a brace
    }
  }

  private static WireMessage message(
      byte[] data, boolean isText, Map<String, String> headers, @Nullable String replyTo) {
    String contentType = headers.remove(Fields.CONTENT_TYPE);
    if (contentType == null || contentType.isEmpty()) {
      contentType = isText ? null : "application/json";
    }
    return new WireMessage(
        data,
        contentType,
        headers.remove(Fields.MESSAGE_ID),
        headers.remove(Fields.CORRELATION_ID),
        replyTo == null || replyTo.isEmpty() ? null : replyAddress(replyTo),
        headers);
  }

  /** A name in an envelope is a channel's, as other senders have no other kind; ours have one. */
  private static Address replyAddress(String name) {
    boolean whole = Keys.isChannel(name) || name.startsWith(Keys.REPLY);
    return Address.reply(whole ? name : Keys.CHANNEL + name);
  }

  private static byte[] bytes(JsonParser json, @Nullable JsonToken value) {
    String text = value == JsonToken.VALUE_STRING ? json.getString() : raw(json);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** As any other wire would have it: JSON can express halves of characters, UTF-8 cannot. */
  private static String text(JsonParser json) {
    return text(json.getString());
  }

  private static String text(String read) {
    return new String(read.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String raw(JsonParser json) {
    StringWriter copy = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), copy)) {
      generator.copyCurrentStructure(json);
    }
    return text(copy.toString());
  }

  private static void readHeaders(
      JsonParser json, @Nullable JsonToken value, Map<String, String> headers) {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = text(json);
      JsonToken header = json.nextToken();
      if (header == JsonToken.VALUE_STRING) {
        headers.put(name, text(json));
      } else if (header != JsonToken.VALUE_NULL) {
        headers.put(name, raw(json));
      }
    }
  }
}
