package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BrokerLauncherTest {
  private static final BrokerSource ABSENT =
      new Source("absent") {
        @Override
        public RealBroker start(OptionalInt port) throws SourceUnavailableException {
          throw new SourceUnavailableException("not on this machine");
        }
      };

  private static final BrokerSource BROKEN =
      new Source("broken") {
        @Override
        public RealBroker start(OptionalInt port) {
          throw new RealBrokerException("it died\nits log");
        }
      };

  private static final BrokerSource FIRST = working("first", Map.of());
  private static final BrokerSource SECOND = working("second", Map.of());

  @Test
  void firstSourceThatWorksServes() {
    BrokerLauncher.Outcome outcome = launcher(Map.of(), ABSENT, BROKEN, FIRST, SECOND).useOrStart();

    assertThat(outcome.broker().servedBy()).isEqualTo("first");
    assertThat(outcome.passedOver())
        .containsExactly("absent: not on this machine", "broken failed: it died");
  }

  @Test
  void allReasonsAreToldWhenNothingWorks() {
    assertThatThrownBy(() -> launcher(Map.of(), ABSENT, BROKEN).start(OptionalInt.empty()))
        .isInstanceOf(RealBrokerException.class)
        .hasMessageContaining("No rabbit")
        .hasMessageContaining("not on this machine")
        .hasMessageContaining("it died");
  }

  @Test
  void forcedSourceServesWhateverComesBeforeIt() {
    BrokerLauncher launcher = launcher(Map.of("PARLEY_TEST_RABBIT", "second"), FIRST, SECOND);

    assertThat(launcher.useOrStart().broker().servedBy()).isEqualTo("second");
  }

  @Test
  void forcedSourceThatIsAbsentIsAnError() {
    BrokerLauncher launcher = launcher(Map.of("PARLEY_TEST_RABBIT", "absent"), ABSENT, FIRST);

    assertThatThrownBy(launcher::useOrStart)
        .hasMessage("PARLEY_TEST_RABBIT=absent cannot be had here: not on this machine");
  }

  @Test
  void unknownWordIsAnErrorThatNamesTheKnown() {
    BrokerLauncher launcher = launcher(Map.of("PARLEY_TEST_RABBIT", "podman"), FIRST, SECOND);

    assertThatThrownBy(launcher::useOrStart)
        .hasMessage("PARLEY_TEST_RABBIT=podman is unknown; known are first, second");
  }

  @Test
  void namedServerIsUsedAndNoneStarted() {
    BrokerLauncher launcher = launcher(Map.of("PARLEY_TEST_RABBIT_URL", "amqp://there"), FIRST);

    RealBroker broker = launcher.useOrStart().broker();

    assertThat(broker.url()).isEqualTo("amqp://there");
    assertThat(broker.servedBy()).isEqualTo("the one at $PARLEY_TEST_RABBIT_URL");
  }

  @Test
  void commandStartsOneEvenWhereTestsWouldUseANamedServer() {
    BrokerLauncher launcher = launcher(Map.of("PARLEY_TEST_RABBIT_URL", "amqp://there"), FIRST);

    assertThat(launcher.start(OptionalInt.empty()).broker().servedBy()).isEqualTo("first");
  }

  @Test
  void portInUseIsToldBeforeAnythingStarts() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> launcher(Map.of(), FIRST).start(OptionalInt.of(port)))
          .hasMessageContaining("Port " + port)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void systemPropertyWinsOverTheEnvironment() {
    TestSettings settings =
        new TestSettings(
            Map.of("parley.test.rabbit.url", "amqp://property"),
            Map.of("PARLEY_TEST_RABBIT_URL", "amqp://environment", "PARLEY_TEST_RABBIT", " "));

    assertThat(settings.read("rabbit.url")).contains("amqp://property");
    assertThat(settings.read("rabbit")).isEmpty();
  }

  @Test
  void announcementNamesTheServerAndWhatIsLeftOut() {
    BrokerSource source =
        working("a server", Map.of(BrokerCapability.KILL, "r2", BrokerCapability.RESTART, "r1"));

    assertThat(Announcement.of("rabbit", launcher(Map.of(), ABSENT, source).useOrStart()))
        .isEqualTo(
            "rabbit: served by a server; left out: RESTART (r1), KILL (r2)"
                + " [absent: not on this machine]");
    assertThat(Announcement.of("rabbit", launcher(Map.of(), FIRST).useOrStart()))
        .isEqualTo("rabbit: served by first; left out: nothing");
  }

  private static BrokerLauncher launcher(Map<String, String> environment, BrokerSource... all) {
    return new BrokerLauncher(
        "rabbit",
        (url, setting) -> new ExternalRabbit(url, "the one at $" + setting, Map.of()),
        List.of(all),
        new TestSettings(Map.of(), environment));
  }

  private static BrokerSource working(String word, Map<BrokerCapability, String> missing) {
    return new Source(word) {
      @Override
      public RealBroker start(OptionalInt port) {
        return new ExternalRabbit("amqp://127.0.0.1", word, missing);
      }
    };
  }

  private abstract static class Source implements BrokerSource {
    private final String word;

    Source(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }
}
