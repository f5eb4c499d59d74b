package dev.parley.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Load that goes on for long: what grows with the work done would be seen. */
@EnabledIfSystemProperty(
    named = "faults.load",
    matches = "true",
    disabledReason = "takes a quarter of an hour for each broker")
class LoadTest {

  private static final Suite SUITE = Suite.ofThisProcess();
  private static final int CALLS = Integer.getInteger("faults.calls", 1_000_000);
  private static final Duration FLOOD =
      Duration.ofSeconds(Integer.getInteger("faults.flood.seconds", 600));
  private static final Duration OVERLOAD =
      Duration.ofSeconds(Integer.getInteger("faults.overload.seconds", 20));
  private static final int CYCLES = Integer.getInteger("faults.cycles", 100);

  @TestFactory
  Stream<DynamicContainer> nothingGrowsAndNothingIsLostUnderLoad() {
    return SUITE.brokers().stream()
        .map(
            broker ->
                DynamicContainer.dynamicContainer(
                    broker, Stream.of(broker).map(SUITE::openForLoad).flatMap(LoadTest::loads)));
  }

  private static Stream<DynamicTest> loads(Site site) {
    ManyCalls calls = new ManyCalls(new Names("calls"), CALLS);
    Flood flood = new Flood(new Names("flood"), FLOOD);
    Overload overload = new Overload(new Names("overload"), OVERLOAD);
    StartAndStop cycles = new StartAndStop(new Names("cycles"), CYCLES);
    return Stream.of(
        DynamicTest.dynamicTest(
            CALLS + " calls", () -> check(site, calls::play, calls::counted, "calls")),
        DynamicTest.dynamicTest(
            "flood for " + FLOOD, () -> check(site, flood::play, flood::counted, "flood")),
        DynamicTest.dynamicTest(
            "overload for " + OVERLOAD,
            () -> check(site, overload::play, overload::counted, "overload")),
        DynamicTest.dynamicTest(
            CYCLES + " starts and stops",
            () -> check(site, cycles::play, () -> CYCLES + " cycles", "cycles")),
        DynamicTest.dynamicTest("the end", site::close));
  }

  private interface Load {
    List<String> on(Site site) throws Exception;
  }

  private interface Counted {
    String inWords();
  }

  @SuppressWarnings("SystemOut") // for the person who runs it
  private static void check(Site site, Load load, Counted counted, String prefix) throws Exception {
    long begin = System.nanoTime();
    try {
      List<String> mistakes = load.on(site);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
      System.out.printf("%s: %s in %d s, %s%n", site.name(), counted.inWords(), seconds, mistakes);
      assertThat(mistakes).isEmpty();
    } finally {
      site.reset(new Names(prefix));
    }
  }
}
