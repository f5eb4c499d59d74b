package dev.parley.engine.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecsEncodeTest {

  enum Colour {
    RED
  }

  record Order(String id, int quantity) {}

  record Everything(
      BigDecimal price, Instant at, LocalDate day, Duration limit, Optional<String> note) {}

  static final class Bean {
    public String getName() {
      return "x";
    }
  }

  static final class Broken {
    public List<Object> getItems() {
      return List.of(new Failing());
    }
  }

  static final class Failing {
    private final String reason = "no price today";

    public String getPrice() {
      if (!reason.isEmpty()) {
        throw new IllegalStateException(reason);
      }
      return "1";
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  record NamesItsClass(int x) {}

  private final Codecs codecs = Codecs.of(List.of(), new CodecLimits(100));

  static Stream<Arguments> jsonValues() {
    return Stream.of(
        Arguments.of(null, "null"),
        Arguments.of(0, "0"),
        Arguments.of(false, "false"),
        Arguments.of(1.5, "1.5"),
        Arguments.of(new BigDecimal("1.10"), "1.10"),
        Arguments.of(List.of(), "[]"),
        Arguments.of(Map.of(), "{}"),
        Arguments.of(List.of("a", 1), "[\"a\",1]"),
        Arguments.of(new int[] {1, 2}, "[1,2]"),
        Arguments.of(Colour.RED, "\"RED\""),
        Arguments.of('x', "\"x\""),
        Arguments.of(new Order("a", 2), "{\"id\":\"a\",\"quantity\":2}"),
        Arguments.of(new Bean(), "{\"name\":\"x\"}"),
        Arguments.of(Optional.of(1), "1"),
        Arguments.of(Optional.empty(), "null"),
        Arguments.of(OptionalInt.of(3), "3"),
        Arguments.of(OptionalInt.empty(), "null"),
        Arguments.of(Instant.EPOCH, "\"1970-01-01T00:00:00Z\""),
        Arguments.of(new UUID(0, 1), "\"00000000-0000-0000-0000-000000000001\""),
        Arguments.of(
            new Everything(
                new BigDecimal("0.10"),
                Instant.EPOCH,
                LocalDate.EPOCH,
                Duration.ofSeconds(5),
                Optional.empty()),
            "{\"price\":0.10,\"at\":\"1970-01-01T00:00:00Z\",\"day\":\"1970-01-01\",\"limit\":\"PT5S\",\"note\":null}"));
  }

  @ParameterizedTest
  @MethodSource("jsonValues")
  void everythingElseIsJson(Object value, String json) {
    Encoded encoded = codecs.encode(value, null);
    assertThat(encoded.body()).asString(UTF_8).isEqualTo(json);
    assertThat(encoded.contentType()).isEqualTo("application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "Łódź 🎉", "{\"a\":1}"})
  void aStringIsPlainText(String text) {
    Encoded encoded = codecs.encode(text, null);
    assertThat(encoded.body()).isEqualTo(text.getBytes(UTF_8));
    assertThat(encoded.contentType()).isEqualTo("text/plain");
  }

  @Test
  void bytesAreSentAsTheyAre() {
    byte[] bytes = {0, 1, -1, 0};
    assertThat(codecs.encode(bytes, null).body()).isSameAs(bytes);
    assertThat(codecs.encode(bytes, null).contentType()).isEqualTo("application/octet-stream");
    assertThat(codecs.encode(bytes, "application/x-own").body()).isSameAs(bytes);
    assertThat(codecs.encode(bytes, "application/json").body()).isSameAs(bytes);
    assertThat(codecs.encode(bytes, "application/x-own").contentType())
        .isEqualTo("application/x-own");
  }

  @Test
  void anOptionalCountsAsWhatIsInIt() {
    assertThat(codecs.encode(Optional.of("x"), null).contentType()).isEqualTo("text/plain");
    assertThat(codecs.encode(Optional.of(new byte[1]), null).contentType())
        .isEqualTo("application/octet-stream");
  }

  @Test
  void nothingHasNoContentType() {
    assertThat(Encoded.nothing().body()).isEmpty();
    assertThat(Encoded.nothing().contentType()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json"})
  void aNamedContentTypeChoosesJson(String contentType) {
    Encoded encoded = codecs.encode("x", contentType);
    assertThat(encoded.body()).asString(UTF_8).isEqualTo("\"x\"");
    assertThat(encoded.contentType()).isEqualTo(contentType);
  }

  @Test
  void aNamedContentTypeChoosesText() {
    assertThat(codecs.encode(30, "text/plain").body()).asString(UTF_8).isEqualTo("30");
    assertThat(codecs.encode(Colour.RED, "text/plain").body()).asString(UTF_8).isEqualTo("RED");
    assertThat(codecs.encode("a,b", "text/csv").body()).asString(UTF_8).isEqualTo("a,b");
  }

  @Test
  void textIsWrittenInTheNamedCharset() {
    assertThat(codecs.encode("é", "text/plain; charset=ISO-8859-1").body())
        .isEqualTo("é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> codecs.encode("Ł", "text/plain; charset=ISO-8859-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ISO-8859-1");
    assertThatThrownBy(() -> codecs.encode("x", "text/plain; charset=klingon"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("klingon");
  }

  @Test
  void aContentTypeNobodyWritesIsRefused() {
    assertThatThrownBy(() -> codecs.encode("<a/>", "application/xml"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("String", "application/xml", "application/json");
    assertThatThrownBy(() -> codecs.encode(new Order("a", 1), "text/plain"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Order", "text/plain");
  }

  @Test
  void whatCannotBeWrittenIsNamedWithItsPlace() {
    assertThatThrownBy(() -> codecs.encode(new Broken(), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Broken", "cannot be written", "no price today", "items[0].price");
  }

  @Test
  void aValueThatContainsItselfIsRefused() {
    List<Object> itself = new ArrayList<>();
    itself.add(itself);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("me", map);
    assertThatThrownBy(() -> codecs.encode(itself, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depth");
    assertThatThrownBy(() -> codecs.encode(map, null)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noClassIsNamedOnTheWire() {
    assertThatThrownBy(() -> codecs.encode(new NamesItsClass(1), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("NamesItsClass", "Id.NAME");
  }

  @Test
  void aLargeBodySurvives() {
    String large = "x".repeat(1 << 20);
    Encoded encoded = codecs.encode(new Order(large, 1), null);
    assertThat(codecs.reader(Order.class).read(encoded.body(), encoded.contentType()))
        .isEqualTo(new Order(large, 1));
  }
}
