package dev.parley.engine.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailurePolicyTest {

  @ParameterizedTest
  @CsvSource({
    "200, 30000, 1, 200",
    "200, 30000, 2, 400",
    "200, 30000, 8, 25600",
    "200, 30000, 9, 30000",
    "200, 30000, 31, 30000",
    "200, 30000, 32, 30000",
    "200, 30000, 2147483647, 30000",
    "60000, 30000, 1, 30000",
    "1, 9223372036854775807, 64, 1073741824",
    "9223372036854775807, 9223372036854775807, 40, 3153600000000"
  })
  void backOffIsBetweenHalfAndAllOfTheDoubledDelay(long initial, long max, int attempt, long full) {
    for (int i = 0; i < 200; i++) {
      assertThat(FailurePolicy.backoff(Duration.ofMillis(initial), Duration.ofMillis(max), attempt))
          .isBetween(Duration.ofMillis(full / 2), Duration.ofMillis(full));
    }
  }

  @ParameterizedTest
  @CsvSource({"200, 1", "30000, 9"})
  void delaysAreSpread(long max, int attempt) {
    long distinct =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(
                i -> FailurePolicy.backoff(Duration.ofMillis(200), Duration.ofMillis(max), attempt))
            .distinct()
            .count();
    assertThat(distinct).isGreaterThan(40);
  }
}
