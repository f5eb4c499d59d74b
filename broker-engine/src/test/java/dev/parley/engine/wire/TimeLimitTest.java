package dev.parley.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.Wire;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeLimitTest {

  private static final long RECEIVED = -5_000_000_000L;
  private static final long WALL = 1_700_000_000_000L;

  private static long left(String timeout, String deadline, Duration age) {
    Map<String, String> headers = new HashMap<>();
    if (timeout != null) {
      headers.put("parley-timeout", timeout);
    }
    if (deadline != null) {
      headers.put("parley-deadline", deadline);
    }
    RecordingDelivery delivery =
        new RecordingDelivery(Wire.json("1", headers)).age(age).receivedAt(RECEIVED);
    long nanos = TimeLimit.deadlineNanos(delivery, WALL);
    return nanos == Long.MAX_VALUE ? Long.MAX_VALUE : (nanos - RECEIVED) / 1_000_000;
  }

  @Test
  void withoutHeadersThereIsNoLimit() {
    assertThat(left(null, null, Duration.ofDays(1))).isEqualTo(Long.MAX_VALUE);
    assertThat(TimeLimit.present(Map.of())).isFalse();
    assertThat(TimeLimit.present(Map.of("parley-deadline", "1"))).isTrue();
  }

  @Test
  void theTimeInTheBrokerIsTakenOff() {
    assertThat(left("3000", null, Duration.ofSeconds(1))).isEqualTo(2_000);
    assertThat(left("3000", null, Duration.ofSeconds(5))).isEqualTo(-2_000);
    assertThat(left("3000", "1", Duration.ofSeconds(1))).isEqualTo(2_000); // no clock is asked
  }

  @ParameterizedTest
  @CsvSource({"0, 3000", "299999, 3000", "300000, 3000", "300001, 0"})
  void withoutAnAgeAnotherClockMayBeFiveMinutesAhead(long past, long expected) {
    assertThat(left("3000", Long.toString(WALL - past), null)).isEqualTo(expected);
  }

  @Test
  void aDeadlineAloneOnlyEndsWhatIsFarPast() {
    assertThat(left(null, Long.toString(WALL - 1), null)).isEqualTo(Long.MAX_VALUE);
    assertThat(left(null, Long.toString(WALL - 400_000), null)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-5", "1.5", "abc", "9999999999999999", "١٢", " 5", "0x10"})
  void whatCannotBeReadIsNoLimit(String text) {
    assertThat(left(text, text, Duration.ofSeconds(1))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLimitBeyondAllTimeIsAYear() {
    assertThat(left("999999999999999", null, Duration.ZERO))
        .isEqualTo(Duration.ofDays(365).toMillis());
  }
}
