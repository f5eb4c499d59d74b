package dev.parley.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpreadingTest {

  private static final int PARTITIONS = 8;

  private final Spreading spreading = new Spreading();

  @Test
  void whileFewAreOnTheirWayEachMessageGoesToTheNextPartition() {
    int first = spreading.next(PARTITIONS, 1);
    for (int i = 1; i < 3 * PARTITIONS; i++) {
      assertThat(spreading.next(PARTITIONS, 3)).isEqualTo((first + i) % PARTITIONS);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 40, 256, 100_000})
  void aRunIsAQuarterOfWhatIsOnItsWayAndAtMostSixtyFour(int underWay) {
    List<Integer> runs = runs(IntStream.generate(() -> spreading.next(PARTITIONS, underWay)));
    assertThat(runs.subList(1, runs.size() - 1)).containsOnly(Math.min(64, underWay / 4));
  }

  @Test
  void noPartitionGetsMoreThanAThirdOfABurst() {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int sent = 1; sent <= 100; sent++) { // none is confirmed meanwhile
      counts.merge(spreading.next(PARTITIONS, sent), 1, Integer::sum);
    }
    assertThat(counts).hasSize(PARTITIONS);
    assertThat(counts.values()).allMatch(count -> count <= 33);
  }

  @Test
  void manyThreadsSpreadEvenly() throws Exception {
    Map<Integer, Integer> counts = new ConcurrentHashMap<>();
    int threads = 4;
    int each = 32_000;
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Random underWay = new Random(i);
      new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  counts.merge(spreading.next(PARTITIONS, underWay.nextInt(300)), 1, Integer::sum);
                }
                done.countDown();
              },
              "spreading-" + i)
          .start();
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    int fair = threads * each / PARTITIONS;
    assertThat(counts.values())
        .hasSize(PARTITIONS)
        .allMatch(count -> Math.abs(count - fair) < 0.2 * fair);
  }

  private static List<Integer> runs(IntStream partitions) {
    List<Integer> runs = new ArrayList<>();
    int[] last = {-1};
    partitions
        .limit(1_000)
        .forEach(
            partition -> {
              if (partition == last[0]) {
                runs.set(runs.size() - 1, runs.get(runs.size() - 1) + 1);
              } else {
                runs.add(1);
                last[0] = partition;
              }
            });
    return runs;
  }
}
