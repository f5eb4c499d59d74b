package dev.parley.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Type;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReaderCacheTest {

  /** A type that is none of the language's, to have as many as needed. */
  private record Numbered(int number) implements Type {}

  private final AtomicInteger prepared = new AtomicInteger();
  private final ReaderCache cache =
      new ReaderCache(
          type -> {
            prepared.incrementAndGet();
            return (body, contentType) -> type;
          });

  @Test
  void readersAreKept() {
    assertThat(cache.get(String.class)).isSameAs(cache.get(String.class));
    assertThat(cache.get(new Numbered(1))).isSameAs(cache.get(new Numbered(1)));
    assertThat(prepared).hasValue(2);
  }

  @Test
  void beyondTheLimitReadersAreMadeButNotKept() {
    for (int i = 0; i <= ReaderCache.MOST_GENERIC_TYPES; i++) {
      cache.get(new Numbered(i));
    }
    int before = prepared.get();
    Numbered kept = new Numbered(0);
    Numbered late = new Numbered(ReaderCache.MOST_GENERIC_TYPES);
    assertThat(cache.get(kept).read(new byte[0], null)).isEqualTo(kept);
    assertThat(prepared).hasValue(before);
    assertThat(cache.get(late).read(new byte[0], null)).isEqualTo(late);
    assertThat(prepared).hasValue(before + 1);
  }

  @Test
  void whatCannotBePreparedIsTriedAgain() {
    AtomicInteger tries = new AtomicInteger();
    ReaderCache failing =
        new ReaderCache(
            type -> {
              throw new IllegalArgumentException("try " + tries.incrementAndGet());
            });
    assertThatThrownBy(() -> failing.get(String.class)).hasMessage("try 1");
    assertThatThrownBy(() -> failing.get(String.class)).hasMessage("try 2");
    assertThatThrownBy(() -> failing.get(new Numbered(1))).hasMessage("try 3");
  }
}
