package dev.parley.engine.handle;

import dev.parley.HandleInterceptor;
import dev.parley.spi.Address;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One handler: what it listens to, how, and what is called. Immutable.
 *
 * @param source what it listens to
 * @param where its class and method, or what stands for a lambda, for messages
 * @param concurrency how many run at once
 * @param prefetch how many deliveries may be unsettled
 * @param retry the retries it declares; empty for the configured ones
 * @param noRetry the exceptions that are final
 * @param limit the longest time for one attempt
 * @param batch how many at once; null unless it takes a batch
 * @param publishTo where its result goes as well
 * @param transportOptions the options of a transport's own
 * @param interceptors what runs around it, the outermost first
 * @param signature what it takes
 * @param invoker what is called
 * @param operation which method of an interface it serves; null for any other handler
 */
record HandlerSpec(
    Source source,
    String where,
    int concurrency,
    int prefetch,
    OptionalInt retry,
    List<Class<? extends Throwable>> noRetry,
    Duration limit,
    BatchSize batch,
    List<Address> publishTo,
    List<Object> transportOptions,
    List<HandleInterceptor> interceptors,
    Signature signature,
    Invoker invoker,
    @Nullable Operation operation) {

  /**
   * One method of an interface, by which the handlers of one queue are told apart.
   *
   * @param identity what it does
   * @param rank which of several methods for it is taken: the one of the lowest rank
   */
  record Operation(dev.parley.engine.contract.Operation identity, int rank) {

    /** Its name on the wire. */
    String name() {
      return identity.name();
    }
  }

  /** How many messages a batch has at most, and how long its first one waits for others. */
  record BatchSize(int messages, Duration linger) {

    /** For handlers that take one message at a time. */
    static final BatchSize ONE = new BatchSize(1, Duration.ZERO);
  }

  /** Its name in {@code broker.subscription(...)} and in health. */
  String name() {
    return switch (source.kind()) {
      case GROUP -> source.name() + "/" + source.group();
      case BROADCAST -> source.name() + "/*";
      default -> source.name();
    };
  }

  boolean takesBatches() {
    return signature.shape() == Signature.Shape.BATCH;
  }

  boolean isBroadcast() {
    return source.kind() == Source.Kind.BROADCAST;
  }
}
