package dev.parley.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Handler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a handler has seen, in order. Handlers add on their threads, the test takes on its own.
 *
 * @param <T> the type of what is seen
 */
final class Seen<T> implements Handler.NoReply<T> {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /**
   * How long a test looks on where something must not happen and nothing later can prove it. What
   * would go wrong goes wrong within some milliseconds.
   */
  private static final Duration WINDOW = Duration.ofMillis(300);

  private final LinkedBlockingQueue<Optional<T>> seen = new LinkedBlockingQueue<>();

  @Override
  public void handle(@Nullable T value) {
    seen.add(Optional.ofNullable(value));
  }

  /** The next one; fails when none comes in ten seconds. Null where null was seen. */
  @Nullable T nextOrNull() throws InterruptedException {
    Optional<T> next = seen.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (next == null) {
      throw new AssertionError("Nothing was seen within " + LIMIT);
    }
    return next.orElse(null);
  }

  /** The next one, which is not null; fails when none comes in ten seconds. */
  T next() throws InterruptedException {
    T next = nextOrNull();
    if (next == null) {
      throw new AssertionError("null was seen");
    }
    return next;
  }

  /** The next ones, in their order. */
  List<T> next(int count) throws InterruptedException {
    List<T> next = new ArrayList<>();
    while (next.size() < count) {
      next.add(next());
    }
    return next;
  }

  /** How many are there to be taken. */
  int waiting() {
    return seen.size();
  }

  /** Fails when something more is there, or comes within a short time. */
  void assertNothingMore() throws InterruptedException {
    assertThat(seen.poll(WINDOW.toMillis(), TimeUnit.MILLISECONDS))
        .as("seen one time too many")
        .isNull();
  }
}
