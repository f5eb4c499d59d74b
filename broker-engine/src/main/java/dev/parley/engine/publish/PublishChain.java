package dev.parley.engine.publish;

import dev.parley.Message;
import dev.parley.PublishInterceptor;
import dev.parley.PublishOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the interceptors around a publish, each of which must proceed exactly once. Immutable; runs
 * on the publishing thread.
 */
final class PublishChain {

  private final List<PublishInterceptor> interceptors;

  PublishChain(List<PublishInterceptor> interceptors) {
    this.interceptors = List.copyOf(interceptors);
  }

  boolean isEmpty() {
    return interceptors.isEmpty();
  }

  /** Surrounds {@code last}. The stage of a failing or misbehaving interceptor fails. */
  CompletionStage<?> run(
      Message<?> message, PublishOptions options, Function<Message<?>, CompletionStage<?>> last) {
    return step(0, message, options, last);
  }

  private CompletionStage<?> step(
      int index,
      Message<?> message,
      PublishOptions options,
      Function<Message<?>, CompletionStage<?>> last) {
    if (index == interceptors.size()) {
      return last.apply(message);
    }
    PublishInterceptor interceptor = interceptors.get(index);
    AtomicBoolean proceeded = new AtomicBoolean();
    @Nullable CompletionStage<?> result =
        interceptor.publish(
            message,
            options,
            changed -> {
              if (!proceeded.compareAndSet(false, true)) {
                throw new IllegalStateException(
                    name(interceptor)
                        + " proceeded twice with a message to "
                        + options
                        + "; it must do so once");
              }
              return step(index + 1, changed, options, last);
            });
    if (!proceeded.get()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              name(interceptor)
                  + " returned without proceeding with a message to "
                  + options
                  + "; to refuse it, throw an exception"));
    }
    return result == null ? CompletableFuture.failedFuture(noStage(interceptor)) : result;
  }

  private static IllegalStateException noStage(PublishInterceptor interceptor) {
    return new IllegalStateException(
        name(interceptor) + " returned null; it must return the stage of next.proceed(...)");
  }

  private static String name(PublishInterceptor interceptor) {
    return "The publish interceptor " + interceptor.getClass().getName();
  }
}
