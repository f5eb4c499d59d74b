package dev.parley.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.TypeRef;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TypeResolverTest {

  interface Store<K, V> {
    Map<K, List<V>> all();

    List<V>[] arrays();

    List<? extends V> some();

    V[] plain();

    <T> List<T> any();
  }

  interface Keyed<V> extends Store<String, V> {}

  abstract static class Numbers implements Keyed<Integer> {}

  private static Type resolved(Class<?> from, String method) throws NoSuchMethodException {
    return TypeResolver.of(from).resolve(Store.class.getMethod(method).getGenericReturnType());
  }

  @Test
  void variablesAreFilledFromAnySubclass() throws Exception {
    assertThat(resolved(Numbers.class, "all"))
        .isEqualTo(new TypeRef<Map<String, List<Integer>>>() {}.type());
    assertThat(resolved(Numbers.class, "plain")).isEqualTo(Integer[].class);
    assertThat(resolved(Numbers.class, "some")).isEqualTo(new TypeRef<List<Integer>>() {}.type());
    assertThat(resolved(Numbers.class, "arrays").getTypeName())
        .isEqualTo("java.util.List<java.lang.Integer>[]");
  }

  @Test
  void aFilledTypeIsEqualToTheOneWrittenDown() throws Exception {
    Type written = new TypeRef<Map<String, List<Integer>>>() {}.type();
    Type filled = resolved(Numbers.class, "all");

    assertThat(written).isEqualTo(filled);
    assertThat(filled).hasSameHashCodeAs(written);
  }

  @Test
  void whatNobodyFillsStaysOpen() throws Exception {
    assertThat(TypeResolver.isOpen(resolved(Keyed.class, "all"))).isTrue();
    assertThat(TypeResolver.isOpen(resolved(Numbers.class, "any"))).isTrue();
    assertThat(TypeResolver.isOpen(resolved(Numbers.class, "all"))).isFalse();
  }
}
