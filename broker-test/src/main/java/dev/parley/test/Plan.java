package dev.parley.test;

import dev.parley.Broker;
import dev.parley.HandleInterceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What each test's broker is made of. Not thread-safe: filled before the tests. */
final class Plan {

  private final List<Function<? super Broker, ?>> handlers = new ArrayList<>();
  private final List<Consumer<? super Broker.Builder>> customisers = new ArrayList<>();
  private final List<Consumer<Broker>> declarations = new ArrayList<>();
  private Duration limit = Duration.ofSeconds(5);

  void handlers(Function<? super Broker, ?> factory) {
    handlers.add(factory);
  }

  void customise(Consumer<? super Broker.Builder> customiser) {
    customisers.add(customiser);
  }

  void declare(Consumer<Broker> declaration) {
    declarations.add(declaration);
  }

  void limit(Duration longest) {
    if (longest.isZero() || longest.isNegative()) {
      throw new IllegalArgumentException("limit must be more than zero, was " + longest);
    }
    limit = longest;
  }

  Duration limit() {
    return limit;
  }

  /** A broker at that URL, inside of that interceptor; not started. */
  Broker build(String url, HandleInterceptor interceptor) {
    Broker.Builder builder =
        Broker.builder().setting("retry.backoff.initial", "10ms").intercept(interceptor);
    customisers.forEach(customiser -> customiser.accept(builder));
    return builder.url(url).build(); // last, so that no setting leads to a real broker
  }

  /** Declares and registers everything. */
  void fill(Broker broker) {
    declarations.forEach(declaration -> declaration.accept(broker));
    handlers.forEach(factory -> broker.register(factory.apply(broker)));
  }
}
