package dev.parley.engine.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.parley.TypeRef;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.StringNode;

class CodecsReadTest {

  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain";
  private static final String BYTES = "application/octet-stream";

  enum Colour {
    RED,
    GREEN
  }

  record Item(String name, BigDecimal price) {}

  record Order(String id, int quantity, List<Item> items) {}

  static final class Bean {
    private String name = "";
    private int size;

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }

    public int getSize() {
      return size;
    }

    public void setSize(int size) {
      this.size = size;
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Disc(int radius) {}

  private final Codecs codecs = Codecs.of(List.of(), new CodecLimits(50));

  private Object read(Type type, String body, String contentType) {
    return codecs.reader(type).read(body.getBytes(UTF_8), contentType);
  }

  static Stream<Arguments> json() {
    return Stream.of(
        Arguments.of(int.class, "30", 30),
        Arguments.of(long.class, "30", 30L),
        Arguments.of(boolean.class, "false", false),
        Arguments.of(double.class, "1e3", 1000.0),
        Arguments.of(Integer.class, "null", null),
        Arguments.of(String.class, "\"x\"", "x"),
        Arguments.of(String.class, "\"\"", ""),
        Arguments.of(String.class, "null", null),
        Arguments.of(Colour.class, "\"GREEN\"", Colour.GREEN),
        Arguments.of(BigDecimal.class, "1.10", new BigDecimal("1.10")),
        Arguments.of(
            BigDecimal.class,
            "123456789012345678901234567890.12345678901234567890",
            new BigDecimal("123456789012345678901234567890.12345678901234567890")),
        Arguments.of(LocalDate.class, "\"2024-02-29\"", LocalDate.of(2024, 2, 29)),
        Arguments.of(Instant.class, "\"1970-01-01T00:00:00Z\"", Instant.EPOCH),
        Arguments.of(Duration.class, "\"PT5S\"", Duration.ofSeconds(5)),
        Arguments.of(UUID.class, "\"00000000-0000-0000-0000-000000000001\"", new UUID(0, 1)),
        Arguments.of(Order.class, "null", null),
        Arguments.of(
            Order.class,
            "{\"id\":\"a\",\"quantity\":2,\"items\":[{\"name\":\"b\",\"price\":1.50}],\"new\":{\"x\":[1]}}",
            new Order("a", 2, List.of(new Item("b", new BigDecimal("1.50"))))),
        Arguments.of(
            Object.class, "{\"a\":[1,null]}", Map.of("a", java.util.Arrays.asList(1, null))),
        Arguments.of(new TypeRef<List<Integer>>() {}.type(), "[1,2]", List.of(1, 2)),
        Arguments.of(new TypeRef<Set<Colour>>() {}.type(), "[\"RED\"]", Set.of(Colour.RED)),
        Arguments.of(
            new TypeRef<Map<String, List<Item>>>() {}.type(),
            "{\"k\":[{\"name\":\"n\"}]}",
            Map.of("k", List.of(new Item("n", null)))),
        Arguments.of(new TypeRef<List<Integer>>() {}.type(), "[]", List.of()),
        Arguments.of(new TypeRef<Optional<Integer>>() {}.type(), "5", Optional.of(5)),
        Arguments.of(new TypeRef<Optional<Integer>>() {}.type(), "null", Optional.empty()),
        Arguments.of(new TypeRef<Optional<String>>() {}.type(), "\"\"", Optional.of("")),
        Arguments.of(OptionalInt.class, "5", OptionalInt.of(5)),
        Arguments.of(OptionalLong.class, "null", OptionalLong.empty()),
        Arguments.of(OptionalDouble.class, "0.5", OptionalDouble.of(0.5)),
        Arguments.of(Shape.class, "{\"kind\":\"circle\",\"radius\":3}", new Circle(3)));
  }

  @ParameterizedTest
  @MethodSource("json")
  void jsonIsReadAsTheDeclaredType(Type type, String body, Object expected) {
    assertThat(read(type, body, JSON)).isEqualTo(expected);
    assertThat(read(type, body, "application/vnd.order+json")).isEqualTo(expected);
    assertThat(read(type, body, "Application/JSON; charset=UTF-8")).isEqualTo(expected);
  }

  @Test
  void beansAreReadByTheirSetters() {
    Bean bean = (Bean) read(Bean.class, "{\"name\":\"x\",\"size\":2}", JSON);
    assertThat(bean.getName()).isEqualTo("x");
    assertThat(bean.getSize()).isEqualTo(2);
  }

  @Test
  void jsonTreesKeepTheirNumbersExact() {
    assertThat(read(JsonNode.class, "1.10", JSON))
        .isEqualTo(DecimalNode.valueOf(new BigDecimal("1.10")));
    assertThat(((JsonNode) read(JsonNode.class, "{\"a\":1}", JSON)).get("a").intValue())
        .isEqualTo(1);
  }

  static Stream<Arguments> text() {
    return Stream.of(
        Arguments.of(String.class, "hello", "hello"),
        Arguments.of(String.class, "", ""),
        Arguments.of(String.class, "\"quoted\"", "\"quoted\""),
        Arguments.of(CharSequence.class, "x", "x"),
        Arguments.of(Object.class, "30", "30"),
        Arguments.of(int.class, "30", 30),
        Arguments.of(int.class, " 30\n", 30),
        Arguments.of(int.class, "\"30\"", 30),
        Arguments.of(Long.class, "-1", -1L),
        Arguments.of(double.class, "1.5", 1.5),
        Arguments.of(boolean.class, "true", true),
        Arguments.of(BigDecimal.class, "1.10", new BigDecimal("1.10")),
        Arguments.of(Colour.class, "RED", Colour.RED),
        Arguments.of(DayOfWeek.class, "MONDAY", DayOfWeek.MONDAY),
        Arguments.of(LocalDate.class, "2024-02-29", LocalDate.of(2024, 2, 29)),
        Arguments.of(Duration.class, "PT5S", Duration.ofSeconds(5)),
        Arguments.of(UUID.class, "00000000-0000-0000-0000-000000000001", new UUID(0, 1)),
        Arguments.of(OptionalInt.class, "7", OptionalInt.of(7)),
        Arguments.of(new TypeRef<Optional<Integer>>() {}.type(), "7", Optional.of(7)),
        Arguments.of(Disc.class, "{\"radius\":1}", new Disc(1)),
        Arguments.of(new TypeRef<List<Integer>>() {}.type(), " [1]", List.of(1)),
        Arguments.of(Order.class, "null", null));
  }

  @ParameterizedTest
  @MethodSource("text")
  void textIsReadLeniently(Type type, String body, Object expected) {
    assertThat(read(type, body, TEXT)).isEqualTo(expected);
    assertThat(read(type, body, "text/plain; charset=utf-8")).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("text")
  void withoutContentTypeTheDeclaredTypeDecides(Type type, String body, Object expected) {
    Object byType = type == Object.class ? (Object) 30 : expected;
    assertThat(read(type, body, null)).isEqualTo(byType);
    assertThat(read(type, body, "")).isEqualTo(byType);
  }

  @Test
  void anUntypedObjectIsJsonIfItCanBe() {
    assertThat(read(Object.class, "{\"a\":1}", null)).isEqualTo(Map.of("a", 1));
    assertThat(read(Object.class, "hello", null)).isEqualTo("hello");
    assertThat(read(JsonNode.class, "hello", null)).isEqualTo(StringNode.valueOf("hello"));
  }

  @Test
  void aReaderIsPreparedOnce() {
    Type generic = new TypeRef<List<Integer>>() {}.type();
    assertThat(codecs.reader(Disc.class)).isSameAs(codecs.reader(Disc.class));
    assertThat(codecs.reader(generic))
        .isSameAs(codecs.reader(new TypeRef<List<Integer>>() {}.type()))
        .isNotSameAs(codecs.reader(new TypeRef<List<Long>>() {}.type()));
  }

  @Test
  void untypedJsonIsReadWithOrWithoutSpaceBeforeIt() {
    assertThat(read(Disc.class, "{\"radius\":1}", null)).isEqualTo(new Disc(1));
    assertThat(read(Disc.class, " \n{\"radius\":1}", null)).isEqualTo(new Disc(1));
  }

  @Test
  void octetStreamsAreReadAsIfUntyped() {
    assertThat(read(int.class, "30", BYTES)).isEqualTo(30);
    assertThat(read(String.class, "x", BYTES)).isEqualTo("x");
    byte[] body = {1, 0};
    assertThat(codecs.reader(Object.class).read(body, BYTES)).isSameAs(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, TEXT, BYTES, "application/x-own", ""})
  void bytesAreTheBodyUntouched(String contentType) {
    byte[] body = {'"', 0, -1, 0};
    assertThat(codecs.reader(byte[].class).read(body, contentType)).isSameAs(body);
    assertThat(codecs.reader(byte[].class).read(body, null)).isSameAs(body);
  }

  @Test
  void nothingIsReadByDeclaredType() {
    assertThat(read(String.class, "", null)).isEqualTo("");
    assertThat((byte[]) read(byte[].class, "", null)).isEmpty();
    assertThat(read(Order.class, "", null)).isNull();
    assertThat(read(Integer.class, "", null)).isNull();
    assertThat(read(Object.class, "", null)).isNull();
    assertThat(read(new TypeRef<Optional<String>>() {}.type(), "", null))
        .isEqualTo(Optional.empty());
    assertThat(read(OptionalInt.class, "", null)).isEqualTo(OptionalInt.empty());
  }

  @Test
  void voidReadsNothing() {
    assertThat(read(void.class, "", null)).isNull();
    assertThat(read(Void.class, "{broken", JSON)).isNull();
  }

  static Stream<Arguments> survivors() {
    return Stream.of(
        Arguments.of(Integer.class, 0),
        Arguments.of(Boolean.class, false),
        Arguments.of(String.class, ""),
        Arguments.of(String.class, "null"),
        Arguments.of(String.class, "x\u0000y\uD83C\uDF89"),
        Arguments.of(List.class, List.of()),
        Arguments.of(Map.class, Map.of()),
        Arguments.of(Order.class, null),
        Arguments.of(Instant.class, Instant.parse("2024-02-29T10:11:12.123456789Z")),
        Arguments.of(Duration.class, Duration.ofNanos(1)),
        Arguments.of(Double.class, Double.NaN),
        Arguments.of(Character.class, '§'));
  }

  @ParameterizedTest
  @MethodSource("survivors")
  void valuesSurviveTheTrip(Type type, Object value) {
    Encoded encoded = codecs.encode(value, null);
    assertThat(codecs.reader(type).read(encoded.body(), encoded.contentType())).isEqualTo(value);
  }
}
