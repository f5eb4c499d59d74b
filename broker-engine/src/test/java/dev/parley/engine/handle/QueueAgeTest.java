package dev.parley.engine.handle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.spi.Address;
import dev.parley.spi.WireMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class QueueAgeTest {

  private static final long TIMEOUT = 1_000;
  private static final long FIVE_MINUTES = 300_000;

  private final QueueAge ages = new QueueAge();

  /** The age of a request that was sent and received at those times, by a true clock. */
  private long age(String caller, long clockAhead, long sentMillis, long receivedMillis) {
    WireMessage request =
        new WireMessage(
            new byte[0],
            null,
            null,
            null,
            Address.reply(caller),
            Map.of("parley-sent", Long.toString(FIVE_MINUTES + sentMillis + clockAhead)));
    return ages.millis(
        new RecordingDelivery(request).receivedAt(receivedMillis * 1_000_000),
        TIMEOUT,
        FIVE_MINUTES + receivedMillis);
  }

  @Test
  void clocksThatAgreeTellTheAgeFromTheBeginning() {
    assertThat(age("a", 0, 0, 700)).isEqualTo(700);
    assertThat(age("b", 0, 0, 700)).isEqualTo(700);
  }

  @Test
  void aClockThatIsAheadOrBehindIsSeenThroughOnceTheQueueWasEmpty() {
    ages.wasEmpty(0);
    for (long ahead : new long[] {-FIVE_MINUTES, -400, 400, FIVE_MINUTES}) {
      String caller = "caller " + ahead;
      assertThat(age(caller, ahead, 0, 0)).as(caller).isZero();
      assertThat(age(caller, ahead, 100, 700)).as(caller).isEqualTo(600);
      assertThat(age(caller, ahead, 800, 800)).as(caller).isZero();
    }
  }

  @Test
  void aNewCallerIsAsFarBackInTheQueueAsTheOneBefore() {
    ages.wasEmpty(0);
    assertThat(age("known", FIVE_MINUTES, 0, 0)).isZero();
    assertThat(age("known", FIVE_MINUTES, 100, 700)).isEqualTo(600);

    assertThat(age("new", -FIVE_MINUTES, 101, 701)).isEqualTo(600);
    assertThat(age("new", -FIVE_MINUTES, 900, 1_000)).isEqualTo(100);
  }

  @Test
  void nothingIsOlderThanTheTimeSinceTheQueueWasEmpty() {
    assertThat(age("a", 0, 0, 900)).isEqualTo(900);

    ages.wasEmpty(950_000_000);

    assertThat(age("a", -600, 960, 960)).as("its clock was set back").isLessThanOrEqualTo(10);
    assertThat(age("a", -600, 970, 1_070)).isBetween(100L, 110L);
  }

  @Test
  void whatDoesNotSayWhenItWasSentIsFresh() {
    WireMessage silent =
        new WireMessage(new byte[0], null, null, null, Address.reply("a"), Map.of());

    assertThat(ages.millis(new RecordingDelivery(silent), TIMEOUT, FIVE_MINUTES)).isZero();
  }
}
