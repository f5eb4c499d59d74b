package dev.parley.engine.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.parley.InvalidMessageException;
import dev.parley.TypeRef;
import dev.parley.Violation;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class InvalidBodiesTest {

  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain";

  enum Colour {
    RED,
    GREEN
  }

  record Item(String name, BigDecimal price) {}

  record Order(String id, int quantity, List<Item> items) {}

  record Small(String id, Colour colour, Instant at) {}

  record Strict(int n) {
    Strict {
      if (n < 0) {
        throw new IllegalArgumentException("n must not be negative");
      }
    }
  }

  record Careless(String s) {
    Careless {
      s = s.trim();
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Disc(int radius) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Dangerous {}

  record Holder(@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS) Object value) {}

  private final Codecs codecs = Codecs.of(List.of(), new CodecLimits(50));

  private Object read(Type type, String body, String contentType) {
    return codecs.reader(type).read(body.getBytes(UTF_8), contentType);
  }

  private Violation violation(Type type, String body, String contentType) {
    InvalidMessageException e =
        catchThrowableOfType(InvalidMessageException.class, () -> read(type, body, contentType));
    assertThat(e).as("reading %s as %s", body, type).isNotNull();
    assertThat(e.getMessage()).doesNotContain("dev.parley", "java.").hasSizeLessThan(500);
    assertThat(e.violations()).hasSize(1);
    return e.violations().get(0);
  }

  @Test
  void theCharsetOfTextIsHonoured() {
    byte[] latin = "é".getBytes(ISO_8859_1);
    assertThat(codecs.reader(String.class).read(latin, "text/plain; charset=\"iso-8859-1\""))
        .isEqualTo("é");
    assertThat(read(String.class, "a\uFFFDb", TEXT)).isEqualTo("a\uFFFDb");
    assertThatThrownBy(() -> codecs.reader(String.class).read(latin, TEXT))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("The body is not UTF-8 text");
    assertThat(violation(String.class, "x", "text/plain; charset=klingon"))
        .isEqualTo(new Violation("", "the charset \"klingon\" is unknown"));
    assertThat(violation(String.class, "x", "text/plain; charset=§").message()).contains("§");
  }

  @Test
  void aContentTypeNobodyReadsIsNamed() {
    assertThat(violation(String.class, "<a/>", "application/xml; charset=utf-8").message())
        .contains("\"application/xml\"", "application/json", "+json", "text/*");
    assertThat(violation(Order.class, "x", "application/x-java-serialized-object").message())
        .contains("application/x-java-serialized-object");
  }

  static Stream<Arguments> mistakes() {
    String order = "{\"id\":\"a\",\"quantity\":%s,\"items\":[{\"name\":\"x\"},{},{\"price\":%s}]}";
    return Stream.of(
        Arguments.of(int.class, "null", "", "must not be null"),
        Arguments.of(int.class, "\"x\"", "", "must be a whole number, was \"x\""),
        Arguments.of(int.class, "\"\"", "", "must not be null"),
        Arguments.of(int.class, "30.5", "", "must be a whole number"),
        Arguments.of(int.class, "99999999999", "", "must be a whole number within its range"),
        Arguments.of(int.class, "true", "", "must be a whole number"),
        Arguments.of(boolean.class, "\"yes\"", "", "must be true or false, was \"yes\""),
        Arguments.of(String.class, "{}", "", "must be a text"),
        Arguments.of(UUID.class, "\"x\"", "", "must be a UUID, was \"x\""),
        Arguments.of(
            LocalDate.class,
            "\"2024-02-30\"",
            "",
            "must be a LocalDate as in ISO 8601, was \"2024-02-30\""),
        Arguments.of(Colour.class, "\"BLUE\"", "", "must be one of RED, GREEN, was \"BLUE\""),
        Arguments.of(Colour.class, "0", "", "is not of the expected kind"),
        Arguments.of(Order.class, "[]", "", "must be an object"),
        Arguments.of(Order.class, "\"x\"", "", "must be an object"),
        Arguments.of(int[].class, "{}", "", "must be a list"),
        Arguments.of(Order.class, order.formatted("null", "1"), "quantity", "must not be null"),
        Arguments.of(
            Order.class,
            order.formatted("1", "\"dear\""),
            "items[2].price",
            "must be a number, was \"dear\""),
        Arguments.of(Order.class, "{\"id\":\"a\"}", "quantity", "is missing"),
        Arguments.of(
            new TypeRef<List<Order>>() {}.type(),
            "[{\"quantity\":1},{\"quantity\":{}}]",
            "[1].quantity",
            "must be a whole number"),
        Arguments.of(
            new TypeRef<Map<String, Small>>() {}.type(),
            "{\"k\":{\"colour\":\"X\"}}",
            "k.colour",
            "must be one of RED, GREEN, was \"X\""),
        Arguments.of(Strict.class, "{\"n\":-1}", "", "n must not be negative"),
        Arguments.of(Careless.class, "{}", "", "is not valid"),
        Arguments.of(
            Shape.class, "{\"radius\":1}", "", "does not say which of the possible types it is"),
        Arguments.of(
            Shape.class,
            "{\"kind\":\"java.io.File\",\"radius\":1}",
            "",
            "does not say which of the possible types it is"),
        Arguments.of(Order.class, "", "", "is not JSON: it is empty"),
        Arguments.of(Order.class, "{\"id\":", "", "is not complete JSON: it ends too early"),
        Arguments.of(
            Disc.class, "{\"radius\":1} {}", "", "is not JSON: there is more after its end"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsNamedWithItsPlace(Type type, String body, String path, String message) {
    assertThat(violation(type, body, JSON)).isEqualTo(new Violation(path, message));
  }

  @Test
  void malformedJsonIsNamedWithItsPosition() {
    assertThat(violation(Order.class, "{\"id\": oops}", JSON).message())
        .isEqualTo("is not JSON: Unrecognized token 'oops': was expecting, at byte 7");
    assertThat(violation(Disc.class, "{\"radius\":1} x", JSON).message())
        .startsWith("is not JSON: Unrecognized token 'x'");
  }

  @Test
  void jsonNestedTooDeepIsRefused() {
    String deep = "[".repeat(100_000);
    for (Type type : List.of(Object.class, JsonNode.class, Map.class, Order.class)) {
      assertThat(violation(type, "{\"new\":" + deep, JSON).message())
          .isEqualTo(
              "goes beyond a limit: Document nesting depth (51) exceeds the maximum allowed (50)");
    }
    assertThat(read(Object.class, "[".repeat(50) + "]".repeat(50), JSON)).isInstanceOf(List.class);
  }

  @Test
  void hostileTextInMessagesIsShortAndPrintable() {
    String huge = "\\u0007\\n" + "x".repeat(100_000);
    Violation violation = violation(UUID.class, "\"" + huge + "\"", JSON);
    assertThat(violation.message()).hasSizeLessThan(250).doesNotContainPattern("\\p{Cntrl}");
    assertThat(violation(String.class, "", "x/" + "y".repeat(100_000)).message())
        .hasSizeLessThan(250);
    Type map = new TypeRef<Map<String, Integer>>() {}.type();
    assertThat(violation(map, "{\"" + "k".repeat(40_000) + "\":\"x\"}", JSON).path())
        .hasSizeLessThan(250);
  }

  @Test
  void typesThatNameClassesAreRefusedAtRegistration() {
    assertThatThrownBy(() -> codecs.reader(Dangerous.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Dangerous", "Id.NAME");
    assertThatThrownBy(() -> codecs.reader(Holder.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Id.NAME");
  }

  @Test
  void typeNamesOfOtherFrameworksAreIgnored() {
    assertThat(
            read(Disc.class, "{\"@class\":\"java.io.File\",\"_class\":\"x\",\"radius\":1}", JSON))
        .isEqualTo(new Disc(1));
    assertThat(read(Object.class, "[\"java.io.File\",{}]", JSON))
        .isEqualTo(List.of("java.io.File", Map.of()));
  }

  @Test
  void nothingIsNoPrimitive() {
    assertThat(violation(int.class, "", null)).isEqualTo(new Violation("", "is empty"));
  }

  @Test
  void untypedJsonIsReportedAsJson() {
    assertThat(violation(Disc.class, "{\"radius\"", null).message()).contains("ends too early");
  }
}
