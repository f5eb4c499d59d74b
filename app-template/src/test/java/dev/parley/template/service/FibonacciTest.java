package dev.parley.template.service;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.parley.InvalidMessageException;
import dev.parley.Violation;
import dev.parley.test.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FibonacciTest {
  @RegisterExtension TestBroker broker = TestBroker.with(new Fibonacci());

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 1", "10, 55", "30, 832040", "92, 7540113804746346429"})
  void repliesWithTheNumber(int n, long expected) {
    assertThat(broker.publish(n, to("rpc_queue").callback(Long.class))).isEqualTo(expected);
  }

  @Test
  void readsAndRepliesInTextToo() {
    assertThat(broker.publish("30", to("rpc_queue").callback(String.class))).isEqualTo("832040");
  }

  @ParameterizedTest
  @CsvSource({"-1, must be greater than or equal to 0", "93, must be less than or equal to 92"})
  void numberOutOfBoundsIsRefusedWithTheReason(int n, String reason) {
    assertThatThrownBy(() -> broker.publish(n, to("rpc_queue").callback(Long.class)))
        .asInstanceOf(type(InvalidMessageException.class))
        .satisfies(
            e -> assertThat(e.violations()).extracting(Violation::message).containsExactly(reason));
  }

  @Test
  void textThatIsNoNumberIsRefused() {
    assertThatThrownBy(() -> broker.publish("thirty", to("rpc_queue").callback(Long.class)))
        .isInstanceOf(InvalidMessageException.class);
  }
}
