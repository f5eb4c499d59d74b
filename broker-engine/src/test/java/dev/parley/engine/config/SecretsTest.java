package dev.parley.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "amqp://user:s3cret@host|amqp://user:***@host",
        "amqp://user:s3cret@host:5672/vhost?x=1|amqp://user:***@host:5672/vhost?x=1",
        "amqp://user@host|amqp://user@host",
        "amqp://host:5672/v|amqp://host:5672/v",
        "amqps://u1:s3cret@h1:1,u2:s3cret@h2:2/v|amqps://u1:***@h1:1,u2:***@h2:2/v",
        "kafka://h1:9092,u:s3cret@h2|kafka://h1:9092,u:***@h2",
        "amqp://u:s3cret@[::1]:5672|amqp://u:***@[::1]:5672",
        "redis://:s3cret@host|redis://:***@host",
        "redis://s3cret@host|redis://***@host",
        "amqp://us%40er:s3%2Fcr%3Aet@h|amqp://us%40er:***@h",
        "amqp://u:s3/cret@h|amqp://u:***@h",
        "amqp://u:s3@cret@h|amqp://u:***@h",
        "amqp://u:s3#cr?et@h|amqp://u:***@h",
        "amqp://u:s3,cr@et@h|amqp://u:***@h",
        "u:s3cret@h|u:***@h",
        "amqp:/u:s3cret@h|amqp:***@h",
        "kafka://h?sasl.password=s3cret&x=1|kafka://h?sasl.password=***&x=1",
        "kafka://h?x=1&PASSWORD=s3cret|kafka://h?x=1&PASSWORD=***",
        "kafka://h?access_token=s3cret#f|kafka://h?access_token=***#f",
        "cannot reach amqp://u:s3cret@h, nor \"amqp://v:s3cret@h\"|cannot reach amqp://u:***@h, nor \"amqp://v:***@h\"",
        "anna@example.org|anna@example.org",
        "a = b|a = b"
      })
  void passwordsInUrlsAreMasked(String text, String expected) {
    assertThat(Secrets.maskUrl(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "@", ":@", "://@", "amqp://", "amqp://@", "amqp://:@", "%", "a:b", "$1@\\"})
  void anythingCanBeMasked(String text) {
    assertThat(Secrets.maskUrl(text)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rabbit.password",
        "ssl.keystore-password",
        "PASSWD",
        "api.token",
        "client-secret",
        "encryption.key",
        "ssl.private-key",
        "api_key",
        "aws.credentials"
      })
  void keysOfSecretsAreKnown(String key) {
    assertThat(Secrets.isSecret(key)).isTrue();
    assertThat(Secrets.mask(key, "s3cret")).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"broker.url", "rabbit.routing-key", "keyboard.layout", "call.timeout", "monkey"})
  void otherKeysAreShown(String key) {
    assertThat(Secrets.isSecret(key)).isFalse();
    assertThat(Secrets.mask(key, "value")).isEqualTo("value");
  }

  @Test
  void shownValuesAreShort() {
    assertThat(Secrets.mask("a", "x".repeat(5000))).hasSizeLessThan(250);
  }
}
