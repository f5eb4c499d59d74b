package dev.parley.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.ConfigurationException;
import dev.parley.engine.doubles.Eventually;
import dev.parley.engine.doubles.RecordingTransport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineBuilderTest {

  private static List<String> problems(Broker.Builder builder) {
    try (Broker built = builder.build()) {
      throw new AssertionError("it was built: " + built);
    } catch (ConfigurationException e) {
      assertThat(e.getMessage()).doesNotContain("s3cret");
      return e.problems();
    }
  }

  @Test
  void allMistakesAreToldAtOnce() {
    List<String> problems =
        problems(
            new EngineBuilder()
                .url("carrier-pigeon://user:s3cret@host")
                .setting("call.timeout", "soon")
                .setting("call.limit", "0")
                .setting("call.tiemout", "30s")
                .setting("reply.allow", "[")
                .setting("start.wait", "perhaps"));
    assertThat(problems)
        .hasSize(6)
        .anyMatch(p -> p.contains("call.timeout") && p.contains("soon"))
        .anyMatch(p -> p.contains("call.limit") && p.contains("0"))
        .anyMatch(p -> p.contains("call.tiemout") && p.contains("did you mean call.timeout"))
        .anyMatch(p -> p.contains("reply.allow"))
        .anyMatch(p -> p.contains("start.wait") && p.contains("perhaps"))
        .anyMatch(p -> p.contains("nobody serves the scheme \"carrier-pigeon\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"amqp", "amqps", "kafka", "redis", "rediss", "memory"})
  void aKnownSchemeWithoutItsTransportNamesTheModule(String scheme) {
    assertThat(problems(new EngineBuilder().url(scheme + "://u:s3cret@host")))
        .singleElement()
        .asString()
        .contains("add dev.parley:broker-");
  }

  @Test
  void aUrlWithoutSchemeIsAMistake() {
    assertThat(problems(new EngineBuilder().url("localhost")))
        .singleElement()
        .asString()
        .contains("it has no scheme");
  }

  @Test
  void aUrlWithAnUnknownPlaceholderIsOneMistake() {
    assertThat(problems(new EngineBuilder().url("${no.such.thing}"))).hasSize(1);
  }

  @Test
  void whatATransportSaysOfItsUrlIsToldWithoutPasswordAndLeavesNoThread() {
    List<String> problems =
        problems(
            new EngineBuilder()
                .setting("broker.name", "refused-url")
                .url("double://user:s3cret@host")
                .transport(
                    context -> {
                      throw new IllegalArgumentException("no host in " + context.url());
                    }));
    assertThat(problems).singleElement().asString().contains("no host in double://user:***@host");
    assertNoThread("refused-url");
  }

  private static void assertNoThread(String name) {
    Eventually.await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith(name)));
  }

  @Test
  void aTransportGivenByHandNeedsNoScheme() {
    RecordingTransport transport = new RecordingTransport();
    try (Broker broker =
        new EngineBuilder()
            .setting("broker.name", "mine")
            .transport(context -> transport)
            .build()) {
      assertThat(broker.name()).startsWith("mine-");
      assertThat(broker.toString()).contains(broker.name());
    }
    assertThat(transport.isClosed()).isTrue();
    assertNoThread("mine-");
  }

  @Test
  void nullIsRefusedWhereItIsGiven() {
    assertThatThrownBy(() -> new EngineBuilder().url(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> new EngineBuilder().codec(null))
        .isInstanceOf(NullPointerException.class);
  }
}
