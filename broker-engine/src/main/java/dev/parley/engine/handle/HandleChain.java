package dev.parley.engine.handle;

import dev.parley.HandleInterceptor;
import dev.parley.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the interceptors around a handler, each of which must proceed exactly once. Immutable; a run
 * stays on the handler's thread.
 */
final class HandleChain {

  private final List<HandleInterceptor> interceptors;

  HandleChain(List<HandleInterceptor> interceptors) {
    this.interceptors = List.copyOf(interceptors);
  }

  boolean isEmpty() {
    return interceptors.isEmpty();
  }

  /** Surrounds {@code last}. */
  @Nullable Object run(Message<?> message, HandleInterceptor.Next last) throws Exception {
    return step(0, message, last);
  }

  private @Nullable Object step(int index, Message<?> message, HandleInterceptor.Next last)
      throws Exception {
    if (index == interceptors.size()) {
      return last.proceed();
    }
    HandleInterceptor interceptor = interceptors.get(index);
    boolean[] proceeded = new boolean[1];
    Object result =
        interceptor.handle(
            message,
            () -> {
              if (proceeded[0]) {
                throw new IllegalStateException(
                    name(interceptor) + " proceeded twice; it must do so once");
              }
              proceeded[0] = true;
              return step(index + 1, message, last);
            });
    if (!proceeded[0]) {
      throw new IllegalStateException(
          name(interceptor) + " returned without proceeding; to refuse a message, throw Reject");
    }
    return result;
  }

  private static String name(HandleInterceptor interceptor) {
    return "The handle interceptor " + interceptor.getClass().getName();
  }
}
