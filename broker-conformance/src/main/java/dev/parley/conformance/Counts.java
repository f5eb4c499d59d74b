package dev.parley.conformance;

import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Counts to a number in every form, and keeps what becomes of it. Any thread may look. */
final class Counts implements Counting {

  final AtomicInteger produced = new AtomicInteger();
  final AtomicBoolean closed = new AtomicBoolean();
  final AtomicBoolean cancelled = new AtomicBoolean();

  @Override
  public Stream<Integer> count(int to) {
    return IntStream.rangeClosed(1, to)
        .peek(i -> produced.incrementAndGet())
        .boxed()
        .onClose(() -> closed.set(true));
  }

  @Override
  public Iterator<Integer> iterate(int to) {
    return IntStream.rangeClosed(1, to).iterator();
  }

  @Override
  public Flow.Publisher<Integer> push(int to) {
    return new RangePublisher<>(to, n -> (int) n, produced, cancelled);
  }
}
