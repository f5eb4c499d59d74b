package dev.parley.conformance;

import dev.parley.Key;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The bodies that tests send. */
final class Samples {

  /** A body with rules. */
  record Order(@NotBlank String id, @Positive int quantity) {}

  /** The answer to an {@link Order}. */
  record Receipt(String id, long cents) {}

  /** A body whose rules lie deeper. */
  record Basket(List<@Valid Order> items) {}

  /** A body that names its key. */
  record Tick(@Key String symbol, int number) {}

  /** What a handler says of a header. */
  enum Level {
    LOW,
    HIGH
  }

  /** A plain old class. */
  static final class Customer {
    private String name = "";
    private int age;

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }

    public int getAge() {
      return age;
    }

    public void setAge(int age) {
      this.age = age;
    }

    static Customer of(String name, int age) {
      Customer customer = new Customer();
      customer.name = name;
      customer.age = age;
      return customer;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Customer that && name.equals(that.name) && age == that.age;
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, age);
    }
  }

  /** A body that no codec can write. */
  static final class Unwritable {
    public String getValue() {
      return Optional.<String>empty()
          .orElseThrow(() -> new IllegalStateException("this getter always fails"));
    }
  }

  private Samples() {}
}
