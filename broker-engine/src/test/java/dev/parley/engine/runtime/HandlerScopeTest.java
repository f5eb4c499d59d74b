package dev.parley.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BrokerClosedException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HandlerScopeTest {

  private final Object broker = new Object();
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final HandlerScope scope = new HandlerScope(broker, true, 42, running::get);

  @Test
  void holdsWhileTheTaskRunsAndNoLonger() {
    HandlerScope.run(scope, () -> assertThat(HandlerScope.current()).isSameAs(scope));
    assertThat(HandlerScope.current()).isNull();
  }

  @Test
  void endsWithATaskThatThrows() {
    assertThatThrownBy(
            () ->
                HandlerScope.run(
                    scope,
                    () -> {
                      throw new IllegalStateException();
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(HandlerScope.current()).isNull();
  }

  @Test
  void anInnerOneGivesWayToTheOuter() {
    HandlerScope inner = new HandlerScope(broker, false, 0, () -> true);
    HandlerScope.run(
        scope,
        () -> {
          HandlerScope.run(inner, () -> assertThat(HandlerScope.current()).isSameAs(inner));
          HandlerScope.run(null, () -> assertThat(HandlerScope.current()).isSameAs(scope));
          assertThat(HandlerScope.current()).isSameAs(scope);
        });
  }

  @Test
  void aDrainingGateLetsRunningHandlersOfItsOwnBrokerThrough() {
    Gate gate = new Gate(broker);
    gate.drain();
    HandlerScope.run(
        scope,
        () -> {
          assertThatCode(() -> gate.check("it")).doesNotThrowAnyException();
          running.set(false);
          assertThatThrownBy(() -> gate.check("it")).isInstanceOf(BrokerClosedException.class);
        });
    HandlerScope ofAnother = new HandlerScope(new Object(), false, 0, () -> true);
    HandlerScope.run(
        ofAnother,
        () ->
            assertThatThrownBy(() -> gate.check("publishing to q"))
                .isInstanceOf(BrokerClosedException.class)
                .hasMessageContaining("publishing to q"));
  }

  @Test
  void aClosedGateLetsNobodyThrough() {
    Gate gate = new Gate(broker);
    assertThat(gate.isOpen()).isTrue();
    gate.close();
    HandlerScope.run(
        scope,
        () -> assertThatThrownBy(() -> gate.check("it")).isInstanceOf(BrokerClosedException.class));
  }
}
