package dev.parley.engine.handle;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Calls a handler with its arguments. */
@FunctionalInterface
interface Invoker {

  /** What the handler returns; whatever it throws comes out as it is. */
  @Nullable Object invoke(@Nullable Object[] arguments) throws Throwable;

  /** Calls a method of an object, private ones and those of private classes too. */
  static Invoker of(Object target, Method method) {
    method.setAccessible(true);
    try {
      MethodHandle handle =
          MethodHandles.lookup()
              .unreflect(method)
              .bindTo(target)
              .asSpreader(Object[].class, method.getParameterCount())
              .asType(MethodType.methodType(Object.class, Object[].class));
      return arguments -> (Object) handle.invokeExact(arguments);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(
          "setAccessible was granted but not honoured for " + method, e);
    }
  }
}
