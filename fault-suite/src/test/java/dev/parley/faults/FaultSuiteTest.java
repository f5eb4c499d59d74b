package dev.parley.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All rounds of all faults of all brokers that were asked for, and the table of them. */
class FaultSuiteTest {

  private static final Suite SUITE = Suite.ofThisProcess();
  private static final Report REPORT = new Report();

  @TempDir private static Path directory;

  @AfterAll
  @SuppressWarnings("SystemOut") // for the person who runs it
  static void tell() throws IOException {
    System.out.println(REPORT.write(SUITE));
  }

  @TestFactory
  Stream<DynamicContainer> nothingConfirmedIsLostWhateverBreaks() {
    return SUITE.brokers().stream().map(this::broker);
  }

  /** Its server is started with its first test, and ended with its last. */
  private DynamicContainer broker(String broker) {
    return DynamicContainer.dynamicContainer(
        broker, Stream.of(broker).map(SUITE::open).flatMap(this::faults));
  }

  private Stream<DynamicTest> faults(Site site) {
    return Stream.concat(
        SUITE.breakages(site).stream().flatMap(breakage -> rounds(site, breakage)),
        Stream.of(DynamicTest.dynamicTest("the end", site::close)));
  }

  private Stream<DynamicTest> rounds(Site site, Breakage breakage) {
    return IntStream.range(0, SUITE.rounds())
        .mapToObj(
            round -> {
              long seed = SUITE.seed(round, site.name(), breakage.name());
              return DynamicTest.dynamicTest(
                  breakage.name() + ", seed " + seed, () -> play(site, breakage, seed));
            });
  }

  @SuppressWarnings("SystemOut") // so that one who waits sees it move
  private static void play(Site site, Breakage breakage, long seed) throws Exception {
    System.out.printf("%s: %s, seed %d: ", site.name(), breakage.name(), seed);
    String outcome = "could not be played";
    try {
      Row row = new Round(site, breakage, seed, directory).play();
      REPORT.add(row);
      outcome = row.mistakes().isEmpty() ? "good" : row.mistakes().toString();
      assertThat(row.mistakes()).as("%s: %s, seed %d", site.name(), breakage, seed).isEmpty();
    } finally {
      System.out.println(outcome);
    }
  }
}
