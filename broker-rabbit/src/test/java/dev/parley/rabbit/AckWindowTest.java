package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AckWindowTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void thePrefixEndsBeforeTheFirstUnsettledTag(long seed) {
    List<Long> tags = new ArrayList<>(LongStream.rangeClosed(1, 500).boxed().toList());
    Collections.shuffle(tags, new Random(seed));
    AckWindow window = new AckWindow();
    Set<Long> settled = new HashSet<>();
    for (long tag : tags) {
      window.settled(tag);
      settled.add(tag);
      long expected =
          LongStream.iterate(1, each -> each + 1)
                  .filter(each -> !settled.contains(each))
                  .findFirst()
                  .orElseThrow()
              - 1;
      assertThat(window.prefix()).isEqualTo(expected);
    }
    assertThat(window.prefix()).isEqualTo(500);
  }
}
