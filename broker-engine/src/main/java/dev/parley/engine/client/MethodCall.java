package dev.parley.engine.client;

import org.jspecify.annotations.Nullable;

/** What a method of a client does. Any thread may call it. */
@FunctionalInterface
interface MethodCall {

  /** Calls with these arguments. */
  @Nullable Object invoke(Object proxy, @Nullable Object[] arguments) throws Throwable;
}
