package dev.parley.conformance;

import static dev.parley.ClientOptions.timeout;
import static dev.parley.PublishOptions.to;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.parley.InvalidMessageException;
import dev.parley.Subscriber;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Methods of one queue are told apart, and several parameters travel by name: on the wire too. */
abstract class TypedMethodContract extends Chapter {

  record Price(String item, long cents) {}

  interface Calculator {
    @Subscriber("${app.prefix}calculator")
    int add(int left, @Min(0) int right);

    @Subscriber("${app.prefix}calculator")
    double divide(double dividend, double divisor, Optional<Integer> digits);

    @Subscriber("${app.prefix}calculator")
    List<Optional<Price>> known(Map<String, List<Price>> prices);

    @Subscriber("${app.prefix}calculator")
    int zero();
  }

  static class Abacus implements Calculator {
    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public double divide(double a, double b, Optional<Integer> digits) {
      double scale = Math.pow(10, digits.orElse(0));
      return Math.round(a / b * scale) / scale;
    }

    @Override
    public List<Optional<Price>> known(Map<String, List<Price>> prices) {
      return List.of(Optional.of(prices.getOrDefault("all", List.of()).get(0)), Optional.empty());
    }

    @Override
    public int zero() {
      return 0;
    }
  }

  @Test
  void methodsOfOneQueueAreToldApartAndTheirTypesKept() {
    fixture.started(on -> on.register(new Abacus()));
    Calculator calculator = fixture.broker().client(Calculator.class);

    assertThat(calculator.add(2, 3)).isEqualTo(5);
    assertThat(calculator.divide(2, 3, Optional.of(2))).isEqualTo(0.67);
    assertThat(calculator.divide(2, 3, Optional.empty())).isEqualTo(1);
    assertThat(calculator.known(Map.of("all", List.of(new Price("tea", 1)))))
        .containsExactly(Optional.of(new Price("tea", 1)), Optional.empty());
    assertThat(calculator.zero()).isZero();
  }

  @Test
  void anyClientCanCallAMethodByItsNameAndNamedParameters() {
    fixture.started(on -> on.register(new Abacus()));
    ForeignClient foreign = fixture.foreign();
    String replies = foreign.openReplies();

    foreign.send(
        fixture.name("calculator"),
        RawMessage.json("{\"right\":3,\"left\":2}")
            .header("parley-method", "add")
            .with(RawMessage.Property.REPLY_TO, replies)
            .with(RawMessage.Property.CORRELATION_ID, "c-1"));

    assertThat(foreign.take(replies).text()).isEqualTo("5");
  }

  @Test
  void severalParametersAreAJsonObjectByName() throws Exception {
    ForeignClient foreign = fixture.foreign();
    foreign.declare(fixture.name("calculator"));
    Calculator calculator = fixture.broker().client(Calculator.class);

    CompletableFuture<Integer> sum = CompletableFuture.supplyAsync(() -> calculator.add(2, 3));
    RawMessage request = foreign.take(fixture.name("calculator"));
    foreign.answer(request, RawMessage.of("5"));

    assertThat(sum.get(5, TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(request.text()).isEqualTo("{\"left\":2,\"right\":3}");
    assertThat(request.header("parley-method")).isEqualTo("add");
  }

  @Test
  void constraintsOnNamedParametersAreChecked() {
    fixture.started(on -> on.register(new Abacus()));

    assertThatThrownBy(() -> fixture.broker().client(Calculator.class).add(2, -1))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("must be greater than or equal to 0");
  }

  @Test
  void aCallWithoutItsMethodIsRefusedWithTheNamesThereAre() {
    fixture.started(on -> on.register(new Abacus()));

    assertThatThrownBy(
            () ->
                fixture
                    .broker()
                    .publish(
                        Map.of("left", 1), to(fixture.name("calculator")).callback(Integer.class)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("parley-method is missing")
        .hasMessageContaining("add, divide, known, zero");
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  interface Shapes {
    @Subscriber("${app.prefix}shapes")
    List<Shape> reversed(List<Shape> shapes);

    @Subscriber("${app.prefix}shapes")
    Map<String, Optional<Shape>> named(String name, Shape shape);
  }

  static class ShapeServer implements Shapes {
    @Override
    public List<Shape> reversed(List<Shape> shapes) {
      return List.of(shapes.get(1), shapes.get(0));
    }

    @Override
    public Map<String, Optional<Shape>> named(String name, Shape shape) {
      return Map.of(name, Optional.of(shape));
    }
  }

  @Test
  void elementsOfSeveralPossibleTypesStayWhatTheyAre() {
    fixture.started(on -> on.register(new ShapeServer()));
    Shapes shapes = fixture.broker().client(Shapes.class, timeout(ofSeconds(5)));

    assertThat(shapes.reversed(List.of(new Circle(1), new Square(2))))
        .containsExactly(new Square(2), new Circle(1));
    assertThat(shapes.named("a", new Square(3))).containsEntry("a", Optional.of(new Square(3)));
  }
}
