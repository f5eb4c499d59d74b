package dev.parley.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  @ParameterizedTest
  @CsvSource({"'','',0", "a,'',1", "'',ab,2", "url,ulr,1", "timeout,timeot,1", "kitten,sitting,3"})
  void distanceCountsEdits(String from, String to, int distance) {
    assertThat(Suggestion.distance(from, to)).isEqualTo(distance);
    assertThat(Suggestion.distance(to, from)).isEqualTo(distance);
  }

  @Test
  void theNearestKeyIsSuggested() {
    assertThat(
            Suggestion.nearest("call.timout", List.of("call.limit", "call.timeout", "broker.url")))
        .contains("call.timeout");
  }

  @Test
  void nothingIsSuggestedWhenNothingIsNear() {
    assertThat(Suggestion.nearest("x", List.of("call.timeout"))).isEmpty();
    assertThat(Suggestion.nearest("x", List.of())).isEmpty();
  }
}
