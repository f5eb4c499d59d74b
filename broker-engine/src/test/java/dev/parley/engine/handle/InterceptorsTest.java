package dev.parley.engine.handle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.HandleInterceptor;
import dev.parley.Reject;
import dev.parley.engine.doubles.HandleBench;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.Wire;
import dev.parley.spi.Settlement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class InterceptorsTest {

  private final List<String> calls = new CopyOnWriteArrayList<>();

  private HandleInterceptor named(String name) {
    return (message, next) -> {
      calls.add(name + " " + message.body());
      try {
        return next.proceed();
      } finally {
        calls.add("end of " + name);
      }
    };
  }

  private static String failureWith(HandleInterceptor interceptor) {
    try (HandleBench bench = new HandleBench()) {
      bench.handle(Integer.class, body -> body, interceptor);
      RecordingDelivery last = new RecordingDelivery(Wire.json("1")).attempt(9);
      return bench
          .deliver(last)
          .settled()
          .outputs()
          .get(0)
          .message()
          .headers()
          .get("parley-error-message");
    }
  }

  @Test
  void theFirstIsTheOutermost() {
    try (HandleBench bench = new HandleBench()) {
      bench.handle(
          Integer.class,
          body -> {
            calls.add("handler");
            return body;
          },
          named("outer"),
          named("inner"));
      bench.deliver("1").settled();
      assertThat(calls)
          .containsExactly("outer 1", "inner 1", "handler", "end of inner", "end of outer");
    }
  }

  @Test
  void oneMayReplyInPlaceOfTheHandlersResult() {
    try (HandleBench bench = new HandleBench()) {
      bench.handle(Integer.class, body -> body, (message, next) -> next.proceed() + "!");
      assertThat(Wire.text(bench.request("1").settled().outputs().get(0).message()))
          .isEqualTo("1!");
    }
  }

  @Test
  void oneThatMisbehavesIsNamed() {
    String name = InterceptorsTest.class.getName();
    assertThat(failureWith((message, next) -> "skipped"))
        .contains(name, "returned without proceeding");
    assertThat(
            failureWith(
                (message, next) -> {
                  next.proceed();
                  return next.proceed();
                }))
        .contains(name, "proceeded twice");
    assertThat(
            failureWith(
                (message, next) -> {
                  throw new StackOverflowError("deep");
                }))
        .contains("deep");
  }

  @Test
  void oneMayRefuse() {
    try (HandleBench bench = new HandleBench()) {
      bench.handle(
          Integer.class,
          body -> body,
          (message, next) -> {
            throw new Reject("not allowed");
          });
      assertThat(bench.deliver("1").settled().settlement()).isEqualTo(Settlement.DEAD);
    }
  }
}
