package dev.parley.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Broker;
import dev.parley.Configuration;
import dev.parley.ConfigurationException;
import org.junit.jupiter.api.Test;

/** Contract §5: an application changes broker by changing one value, and mistakes are told. */
abstract class ConfigurationContract extends Chapter {

  @Test
  void theUrlAloneChoosesTheBroker() {
    Broker broker = fixture.closing(Broker.of(fixture.server().url()));
    String queue = fixture.name("url");

    broker.declare(queue);

    assertThat(fixture.foreign().exists(queue)).isTrue();
  }

  @Test
  void allMistakesAreToldAtOnceWithKeyValueAndRemedy() {
    Configuration wrong =
        Configuration.of(
            fixture.settingsWith(
                "call.timeout", "soon", "handler.concurrency", "0", "handler.limt", "1s"));

    ConfigurationException failure =
        catchThrowableOfType(ConfigurationException.class, () -> Broker.of(wrong));

    assertThat(failure.problems()).hasSize(3);
    assertThat(failure)
        .hasMessageContaining("call.timeout")
        .hasMessageContaining("soon")
        .hasMessageContaining("handler.concurrency")
        .hasMessageContaining("handler.limt")
        .hasMessageContaining("handler.limit");
  }

  @Test
  void aSettingOfTheTransportThatDoesNotExistIsAMistake() {
    String key = TransportUnderTest.name(fixture.server()) + ".no-such-setting";

    ConfigurationException failure =
        catchThrowableOfType(ConfigurationException.class, () -> fixture.builder(key, "1").build());

    assertThat(failure).hasMessageContaining(key);
  }

  @Test
  void aUrlThatNoTransportServesIsAMistake() {
    ConfigurationException failure =
        catchThrowableOfType(
            ConfigurationException.class, () -> Broker.of("pigeon://user:secret@loft"));

    assertThat(failure)
        .hasMessageContaining("pigeon")
        .hasMessageNotContaining("secret")
        .hasMessageContaining(fixture.server().url().substring(0, 4));
  }

  @Test
  void aMalformedUrlIsToldWithoutItsPassword() {
    String scheme = fixture.server().url().replaceFirst(":.*", "");

    ConfigurationException failure =
        catchThrowableOfType(
            ConfigurationException.class,
            () -> Broker.of(scheme + "://user:secret@host:port/ %zz?x=^"));

    assertThat(failure).hasMessageContaining("broker.url").hasMessageNotContaining("secret");
  }
}
