package dev.parley.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyExtractorTest {

  record Order(@Key String id, int quantity) {}

  record Numbered(@Key long number) {}

  record Maybe(@Key Optional<UUID> id) {}

  record Plain(String id) {}

  record Two(@Key String a, @Key String b) {}

  static class FieldOf {
    @Key private final String secret;

    FieldOf(String secret) {
      this.secret = secret;
    }

    String both() {
      return secret + secret;
    }
  }

  static final class Inherits extends FieldOf {
    Inherits(String secret) {
      super(secret);
    }
  }

  static class Getter {
    @Key
    public String getKey() {
      return "base";
    }
  }

  static final class Overrides extends Getter {
    @Override
    @Key
    public String getKey() {
      return "overridden";
    }
  }

  static final class NotAGetter {
    @Key
    public String of(String x) {
      return x;
    }
  }

  static final class Static {
    @Key static String shared = "x";
  }

  static final class Throws {
    @Key
    public String getKey() throws IOException {
      return Files.readString(Path.of("no such file"));
    }
  }

  @Test
  void theMarkedComponentIsTheKey() {
    assertThat(KeyExtractor.keyOf(new Order("a-1", 2))).isEqualTo("a-1");
  }

  @Test
  void theKeyIsTheTextOfTheValue() {
    assertThat(KeyExtractor.keyOf(new Numbered(42))).isEqualTo("42");
    assertThat(KeyExtractor.keyOf(new Maybe(Optional.of(new UUID(0, 1)))))
        .isEqualTo("00000000-0000-0000-0000-000000000001");
  }

  @Test
  void nullIsNoKey() {
    assertThat(KeyExtractor.keyOf(new Order(null, 2))).isNull();
    assertThat(KeyExtractor.keyOf(new Maybe(Optional.empty()))).isNull();
  }

  @Test
  void nothingMarkedIsNoKey() {
    assertThat(KeyExtractor.keyOf(new Plain("a"))).isNull();
    assertThat(KeyExtractor.keyOf("text")).isNull();
    assertThat(KeyExtractor.keyOf(List.of(new Order("a", 1)))).isNull();
    assertThat(KeyExtractor.forType(Plain.class)).isNull();
    assertThat(KeyExtractor.forType(int.class)).isNull();
    assertThat(KeyExtractor.forType(byte[].class)).isNull();
  }

  @Test
  void privateAndInheritedFieldsAreRead() {
    assertThat(KeyExtractor.keyOf(new FieldOf("f"))).isEqualTo("f");
    assertThat(KeyExtractor.keyOf(new Inherits("g"))).isEqualTo("g");
  }

  @Test
  void gettersAreCalledAsOverridden() {
    assertThat(KeyExtractor.keyOf(new Getter())).isEqualTo("base");
    assertThat(KeyExtractor.keyOf(new Overrides())).isEqualTo("overridden");
  }

  @Test
  void theExtractorIsMadeOnce() {
    assertThat(KeyExtractor.forType(Order.class)).isSameAs(KeyExtractor.forType(Order.class));
  }

  @Test
  void moreThanOneKeyIsAMistake() {
    assertThatThrownBy(() -> KeyExtractor.forType(Two.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Two", "[a, b]");
  }

  @Test
  void whatCannotBeAKeyIsAMistake() {
    assertThatThrownBy(() -> KeyExtractor.forType(NotAGetter.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NotAGetter.of()");
    assertThatThrownBy(() -> KeyExtractor.forType(Static.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shared");
  }

  @Test
  void aGetterThatThrowsIsNamed() {
    assertThatThrownBy(() -> KeyExtractor.keyOf(new Throws()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("Throws.getKey()", "no such file");
  }
}
