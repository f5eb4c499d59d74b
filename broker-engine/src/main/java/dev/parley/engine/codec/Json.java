package dev.parley.engine.codec;

import java.lang.reflect.Type;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.node.StringNode;

/**
 * JSON by Jackson, in the way bodies need it: unknown properties are passed over, because services
 * change one after the other; numbers keep their exact value or are refused; times are ISO 8601;
 * nothing names a class. Any thread may call it.
 */
final class Json {

  private final JsonMapper mapper;

  /** A writer for each class of values; it goes when the class goes. */
  private final ClassValue<ObjectWriter> writers =
      new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
          return mapper.writerFor(type);
        }
      };

  private Json(JsonMapper mapper) {
    this.mapper = mapper;
  }

  static Json create(CodecLimits limits) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(limits.maxDepth())
            .maxStringLength(Integer.MAX_VALUE) // the size of the whole body is limited already
            .build();
    JsonFactory factory = JsonFactory.builder().streamReadConstraints(constraints).build();
    return new Json(
        JsonMapper.builder(factory)
            .annotationIntrospector(new BodyAnnotations())
            .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .build());
  }

  /**
   * The value as JSON; throws {@link IllegalArgumentException} that says what cannot be written.
   */
  byte[] write(@Nullable Object value) {
    try {
      return value == null
          ? mapper.writeValueAsBytes(null)
          : writers.get(value.getClass()).writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(describe(value, e), e);
    }
  }

  /** What makes values of a declared type trees; it throws as {@link #write}. */
  UnaryOperator<Object> tree(Type type) {
    ObjectWriter writer = mapper.writerFor(mapper.constructType(type));
    return value -> {
      try {
        return writer.<JsonNode>valueToTree(value);
      } catch (JacksonException e) {
        throw new IllegalArgumentException(describe(value, e), e);
      }
    };
  }

  private static String describe(@Nullable Object value, JacksonException e) {
    String path = JsonMistakes.path(e.getPath());
    return "%s cannot be written as JSON: %s%s"
        .formatted(
            value == null ? "null" : value.getClass().getTypeName(),
            e.getOriginalMessage(),
            path.isEmpty() ? "" : ", at " + path);
  }

  /**
   * A reader for a declared type; throws {@link IllegalArgumentException} for one that can never be
   * read.
   */
  Reader reader(Type type) {
    ObjectReader reader = mapper.readerFor(mapper.constructType(type));
    try {
      reader.readValue("null"); // looks the type through, now and not at the first message
    } catch (InvalidDefinitionException e) {
      throw new IllegalArgumentException(
          "%s cannot be read from JSON: %s".formatted(type.getTypeName(), e.getOriginalMessage()),
          e);
    } catch (JacksonException e) {
      // A primitive, to which null is a mistake: it can be read.
    }
    return new Reader(reader);
  }

  /** As {@link #reader}, but what is wrong with the type shows when JSON comes for it. */
  Reader readerIfPossible(Type type) {
    return new Reader(mapper.readerFor(mapper.constructType(type)));
  }

  /** Reads one declared type. Any thread may call it. */
  static final class Reader {

    private final ObjectReader reader;

    private Reader(ObjectReader reader) {
      this.reader = reader;
    }

    @Nullable Object read(byte[] body) {
      if (body.length == 0) {
        throw Mistakes.invalid("", "is not JSON: it is empty", null);
      }
      try {
        return reader.readValue(body);
      } catch (JacksonException e) {
        throw JsonMistakes.of(e);
      }
    }

    /** Text that is not marked as JSON: a JSON value where it looks like one, else one text. */
    @Nullable Object readText(String text) {
      String trimmed = text.trim();
      try {
        return looksLikeJson(trimmed)
            ? reader.readValue(trimmed)
            : reader.readValue(StringNode.valueOf(trimmed));
      } catch (JacksonException e) {
        throw JsonMistakes.of(e);
      }
    }

    private static boolean looksLikeJson(String text) {
      return text.startsWith("{")
          || text.startsWith("[")
          || text.startsWith("\"")
          || text.equals("null");
    }
  }
}
