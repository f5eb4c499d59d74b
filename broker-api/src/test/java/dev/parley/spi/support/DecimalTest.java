package dev.parley.spi.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecimalTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "007, 7",
    "999999999999999, 999999999999999",
    "1000000000000000, -1",
    "'', -1",
    "-1, -1",
    "+1, -1",
    "1 , 1",
    "'1 ', -1",
    "1.5, -1",
    "0x1, -1",
    "١, -1"
  })
  void onlyDigitsAreANumber(String text, long number) {
    assertThat(Decimal.parse(text)).isEqualTo(number);
    assertThat(Decimal.parse(text.getBytes(UTF_8))).isEqualTo(number);
  }

  @Test
  void nothingIsNoNumber() {
    assertThat(Decimal.parse((String) null)).isEqualTo(-1);
    assertThat(Decimal.parse((byte[]) null)).isEqualTo(-1);
  }
}
