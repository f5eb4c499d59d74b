package dev.parley.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.TypeRef;
import dev.parley.Violation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyValidatorTest {

  record Item(@Positive int quantity, List<@NotBlank String> tags) {}

  record Order(@NotBlank String id, List<@Valid Item> items, Map<String, @Valid Item> byName) {}

  record Plain(String id) {}

  record Repeated(@Pattern(regexp = "a.*") @Pattern(regexp = ".*z") String text) {}

  static class Base {
    @NotNull
    public String getName() {
      return null;
    }
  }

  static final class Derived extends Base {}

  interface Shape {}

  record Circle(@Positive int radius) implements Shape {}

  interface Places {
    void inherited(@NotNull Order order);
  }

  @SuppressWarnings("unused") // called through reflection, if at all
  static class Handlers implements Places {
    void fib(@Min(0) @Max(92) int n) {}

    void place(@NotNull Order order, @NotBlank String header) {}

    void validOnly(@Valid Order order) {}

    void both(@Valid @NotNull Order order) {}

    void elements(List<@NotBlank String> names) {}

    void free(Order order, int n) {}

    void impossible(@Email int n) {}

    void repeated(@Pattern(regexp = "a.*") @Pattern(regexp = ".*z") String text) {}

    @Override
    public void inherited(Order order) {}
  }

  private final BodyValidator validator = BodyValidator.create();

  private static Method method(String name) {
    return Arrays.stream(Handlers.class.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<Violation> validate(String method, Object... arguments) {
    return validator.validate(new Handlers(), method(method), arguments);
  }

  private static Order order(int quantity) {
    return new Order("a", List.of(new Item(quantity, List.of())), Map.of());
  }

  @Test
  void aValidBodyHasNoViolations() {
    assertThat(validator.forType(Order.class).check(order(1))).isEmpty();
  }

  @Test
  void violationsHavePathsAndMessages() {
    Order order =
        new Order(
            " ",
            List.of(new Item(1, List.of()), new Item(0, List.of("x", ""))),
            Map.of("k", new Item(-1, List.of())));
    assertThat(validator.forType(Order.class).check(order))
        .containsExactly(
            new Violation("byName[k].quantity", "must be greater than 0"),
            new Violation("id", "must not be blank"),
            new Violation("items[1].quantity", "must be greater than 0"),
            new Violation("items[1].tags[1]", "must not be blank"));
  }

  @Test
  void elementsOfContainersAreValidated() {
    Order good = order(1);
    Order bad = new Order("", List.of(), Map.of());
    Violation blank = new Violation("", "must not be blank");

    assertThat(validator.forType(new TypeRef<List<Order>>() {}.type()).check(List.of(good, bad)))
        .containsExactly(new Violation("[1].id", blank.message()));
    assertThat(validator.forType(Order[].class).check(new Order[] {good, null, bad}))
        .containsExactly(new Violation("[2].id", blank.message()));
    assertThat(
            validator
                .forType(new TypeRef<Map<String, List<Order>>>() {}.type())
                .check(Map.of("k", List.of(bad))))
        .containsExactly(new Violation("[k][0].id", blank.message()));
    assertThat(validator.forType(new TypeRef<Optional<Order>>() {}.type()).check(Optional.of(bad)))
        .containsExactly(new Violation("id", blank.message()));
    assertThat(
            validator
                .forType(new TypeRef<List<Order>[]>() {}.type())
                .check(new List<?>[] {List.of(bad)}))
        .containsExactly(new Violation("[0][0].id", blank.message()));
  }

  @Test
  void nullsPass() {
    assertThat(validator.forType(Order.class).check(null)).isEmpty();
    assertThat(
            validator
                .forType(new TypeRef<List<Order>>() {}.type())
                .check(Collections.singletonList(null)))
        .isEmpty();
    assertThat(validator.forType(new TypeRef<Optional<Order>>() {}.type()).check(Optional.empty()))
        .isEmpty();
  }

  @Test
  void typesWithoutConstraintsPass() {
    assertThat(validator.forType(Plain.class).check(new Plain(null))).isEmpty();
    assertThat(validator.forType(String.class).check("")).isEmpty();
    assertThat(validator.forType(int.class).check(0)).isEmpty();
    assertThat(validator.forType(byte[].class).check(new byte[0])).isEmpty();
    assertThat(validator.forType(Object.class).check(Map.of())).isEmpty();
  }

  @Test
  void theClassOfTheObjectDecidesNotTheDeclaredOne() {
    assertThat(validator.forType(Shape.class).check(new Circle(0)))
        .containsExactly(new Violation("radius", "must be greater than 0"));
    assertThat(
            validator
                .forType(new TypeRef<List<? extends Shape>>() {}.type())
                .check(List.of(new Circle(0))))
        .containsExactly(new Violation("[0].radius", "must be greater than 0"));
  }

  @Test
  void inheritedGettersAreValidated() {
    assertThat(validator.forType(Derived.class).check(new Derived()))
        .containsExactly(new Violation("name", "must not be null"));
  }

  @Test
  void repeatedConstraintsAreValidated() {
    assertThat(validator.forType(Repeated.class).check(new Repeated("b")))
        .containsExactly(
            new Violation("text", "must match \".*z\""),
            new Violation("text", "must match \"a.*\""));
  }

  @Test
  void violationsAreBoundedInNumberAndLength() {
    List<Order> orders = Collections.nCopies(5_000, new Order("", List.of(), Map.of()));
    assertThat(validator.forType(new TypeRef<List<Order>>() {}.type()).check(orders)).hasSize(100);
    Map<String, Item> hostile = new LinkedHashMap<>();
    hostile.put("k".repeat(10_000) + "\n", new Item(0, List.of()));
    assertThat(validator.forType(new TypeRef<Map<String, Item>>() {}.type()).check(hostile))
        .singleElement()
        .satisfies(
            violation -> assertThat(violation.path()).hasSizeLessThan(250).doesNotContain("\n"));
  }

  @Test
  void messagesAreEnglishWhateverTheMachineSpeaks() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(validator.forType(Order.class).check(new Order("", List.of(), Map.of())))
          .containsExactly(new Violation("id", "must not be blank"));
    } finally {
      Locale.setDefault(before);
    }
  }

  record Spoofed(
      @Size(max = 1, message = "{max} ${validatedValue} ${''.getClass()}") String text) {}

  @Test
  void messagesEvaluateNoExpressions() {
    assertThat(validator.forType(Spoofed.class).check(new Spoofed("${1+1}")))
        .containsExactly(new Violation("text", "1 ${validatedValue} ${''.getClass()}"));
  }

  @ParameterizedTest
  @CsvSource({
    "fib,true",
    "place,true",
    "both,true",
    "elements,true",
    "inherited,true",
    "repeated,true",
    "validOnly,false",
    "free,false"
  })
  void onlyParametersWithConstraintsOfTheirOwnAreConstrained(String method, boolean expected) {
    assertThat(validator.constrained(method(method))).isEqualTo(expected);
  }

  @Test
  void parametersAreValidatedByName() {
    assertThat(validate("fib", 92)).isEmpty();
    assertThat(validate("fib", 93))
        .containsExactly(new Violation("n", "must be less than or equal to 92"));
    assertThat(validate("place", null, " "))
        .containsExactly(
            new Violation("header", "must not be blank"),
            new Violation("order", "must not be null"));
    assertThat(validate("elements", List.of("a", "")))
        .containsExactly(new Violation("names[1]", "must not be blank"));
    assertThat(validate("inherited", new Object[] {null}))
        .containsExactly(new Violation("order", "must not be null"));
  }

  @Test
  void theInsideOfABodyIsNotReportedTwice() {
    assertThat(validate("both", new Order("", List.of(), Map.of()))).isEmpty();
    assertThat(validate("both", new Object[] {null}))
        .containsExactly(new Violation("order", "must not be null"));
  }

  @Test
  void constraintsThatDoNotFitAreReportedAtOnce() {
    assertThatThrownBy(
            () -> {
              validator.constrained(method("impossible"));
              validate("impossible", 1);
            })
        .isInstanceOf(jakarta.validation.ValidationException.class)
        .hasMessageContaining("Email");
  }
}
