package dev.parley.engine.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Codec;
import dev.parley.InvalidMessageException;
import dev.parley.Violation;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CustomCodecsTest {

  record Point(int x, int y) {}

  /** Points as {@code 1;2}; remembers the types it was asked to prepare. */
  private static final class PointCodec implements Codec {
    private final String contentType;
    private final Class<?> writes;
    private final List<Type> prepared = new ArrayList<>();

    PointCodec(String contentType, Class<?> writes) {
      this.contentType = contentType;
      this.writes = writes;
    }

    @Override
    public String contentType() {
      return contentType;
    }

    @Override
    public boolean reads(String mediaType) {
      return mediaType.equals("application/x-point");
    }

    @Override
    public boolean writes(Class<?> type) {
      return type == writes;
    }

    @Override
    public Writer writer(Type type) {
      prepared.add(type);
      if (type != Point.class) {
        throw new IllegalArgumentException("points only");
      }
      return value -> {
        Point point = (Point) value;
        if (point.x() < 0) {
          throw new java.io.IOException("negative");
        }
        return (point.x() + ";" + point.y()).getBytes(UTF_8);
      };
    }

    @Override
    public Reader reader(Type type) {
      prepared.add(type);
      if (type != Point.class) {
        throw new IllegalArgumentException("points only");
      }
      return body -> {
        String[] parts = new String(body, UTF_8).split(";", -1);
        return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
      };
    }
  }

  private final PointCodec named = new PointCodec("application/x-point", Void.class);
  private final PointCodec preferred = new PointCodec("application/x-point", Point.class);

  private static Codecs with(Codec... codecs) {
    return Codecs.of(List.of(codecs), new CodecLimits(100));
  }

  private static String text(Encoded encoded) {
    return new String(encoded.body(), UTF_8);
  }

  @Test
  void aCodecWritesTheClassesItClaims() {
    Encoded encoded = with(preferred).encode(new Point(1, 2), null);
    assertThat(text(encoded)).isEqualTo("1;2");
    assertThat(encoded.contentType()).isEqualTo("application/x-point");
  }

  @Test
  void aCodecThatClaimsNothingWritesWhereItsContentTypeIsNamed() {
    Codecs codecs = with(named);
    assertThat(codecs.encode(new Point(1, 2), null).contentType()).isEqualTo("application/json");
    Encoded encoded = codecs.encode(new Point(1, 2), "Application/X-Point; v=1");
    assertThat(text(encoded)).isEqualTo("1;2");
    assertThat(encoded.contentType()).isEqualTo("Application/X-Point; v=1");
  }

  @Test
  void aCodecComesBeforeThoseBuiltIn() {
    Codec json = new PointCodec("application/json", Point.class);
    Encoded encoded = with(json).encode(new Point(1, 2), null);
    assertThat(text(encoded)).isEqualTo("1;2");
    assertThat(encoded.contentType()).isEqualTo("application/json");
  }

  @Test
  void theFirstCodecThatFitsWins() {
    Codec second = new PointCodec("application/x-other", Point.class);
    assertThat(with(preferred, second).encode(new Point(1, 2), null).contentType())
        .isEqualTo("application/x-point");
  }

  @Test
  void bodiesAreReadByContentType() {
    BodyReader reader = with(named).reader(Point.class);
    assertThat(reader.read("3;4".getBytes(UTF_8), "application/x-point; v=2"))
        .isEqualTo(new Point(3, 4));
    assertThat(reader.read("{\"x\":5,\"y\":6}".getBytes(UTF_8), "application/json"))
        .isEqualTo(new Point(5, 6));
  }

  @Test
  void readersAndWritersArePreparedOnce() {
    Codecs codecs = with(preferred);
    BodyReader reader = codecs.reader(Point.class);
    for (int i = 0; i < 3; i++) {
      codecs.encode(new Point(1, 2), null);
      reader.read("3;4".getBytes(UTF_8), "application/x-point");
    }
    assertThat(preferred.prepared).containsExactly(Point.class, Point.class);
  }

  @Test
  void aBodyThatTheCodecCannotReadIsInvalid() {
    BodyReader reader = with(named).reader(Point.class);
    assertThatThrownBy(() -> reader.read("3".getBytes(UTF_8), "application/x-point"))
        .isInstanceOfSatisfying(
            InvalidMessageException.class,
            e ->
                assertThat(e.violations())
                    .singleElement()
                    .extracting(Violation::message)
                    .asString()
                    .startsWith("is not valid application/x-point: "));
  }

  @Test
  void aTypeThatTheCodecCannotReadIsInvalidOnlyWhenItComes() {
    BodyReader reader = with(named).reader(String.class);
    assertThat(reader.read("x".getBytes(UTF_8), "text/plain")).isEqualTo("x");
    assertThatThrownBy(() -> reader.read("3;4".getBytes(UTF_8), "application/x-point"))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("points only");
  }

  /** Jackson cannot tell which setter it should take. */
  static final class NotForJson {
    public void setX(List<String> x) {}

    public void setX(StringBuilder x) {}
  }

  @Test
  void aTypeOfAnotherFormatNeedNotMakeSenseAsJson() {
    assertThatThrownBy(() -> with().reader(NotForJson.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("NotForJson", "cannot be read from JSON");
    BodyReader reader = with(named).reader(NotForJson.class);
    assertThatThrownBy(() -> reader.read("{}".getBytes(UTF_8), "application/json"))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("the receiver's log says why");
  }

  @Test
  void aWriterThatFailsIsNamedWithItsReason() {
    assertThatThrownBy(() -> with(preferred).encode(new Point(-1, 0), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Point", "application/x-point", "negative");
    assertThatThrownBy(() -> with(named).encode("text", "application/x-point"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("points only");
  }

  @Test
  void bytesStayBytesUnlessTheCodecClaimsThem() {
    byte[] bytes = {1};
    assertThat(with(named).encode(bytes, "application/x-point").body()).isSameAs(bytes);
    assertThat(with(named).reader(byte[].class).read(bytes, "application/x-point")).isSameAs(bytes);
  }

  @Test
  void aContentTypeNobodyReadsNamesTheCustomOnesToo() {
    assertThatThrownBy(() -> with(named).reader(Point.class).read(new byte[1], "a/b"))
        .hasMessageContaining("application/x-point");
    assertThatThrownBy(() -> with(named).encode(new Point(1, 2), "a/b"))
        .hasMessageContaining("application/x-point");
  }
}
