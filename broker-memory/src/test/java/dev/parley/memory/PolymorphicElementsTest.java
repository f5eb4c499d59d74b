package dev.parley.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.parley.Broker;
import dev.parley.Subscriber;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bodies whose elements say in JSON which of several possible types they are. */
class PolymorphicElementsTest {

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  interface Shapes {
    @Subscriber("shapes")
    List<Shape> reversed(List<Shape> shapes);

    @Subscriber("shapes")
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
    try (Broker broker = Broker.of("memory:polymorphic")) {
      broker.register(new ShapeServer());
      broker.start();
      Shapes shapes = broker.client(Shapes.class);

      assertThat(shapes.reversed(List.of(new Circle(1), new Square(2))))
          .containsExactly(new Square(2), new Circle(1));
      assertThat(shapes.named("a", new Square(3))).containsEntry("a", Optional.of(new Square(3)));
    }
  }
}
