package dev.parley.conformance;

import dev.parley.Subscriber;
import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/** A service that answers with streams, in every form. */
interface Counting {

  /** The numbers up to that one. */
  @Subscriber("${app.prefix}count")
  Stream<Integer> count(int to);

  /** The same. */
  @Subscriber("${app.prefix}iterate")
  Iterator<Integer> iterate(int to);

  /** The same. */
  @Subscriber("${app.prefix}push")
  Flow.Publisher<Integer> push(int to);
}
