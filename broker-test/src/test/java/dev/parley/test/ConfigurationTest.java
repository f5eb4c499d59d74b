package dev.parley.test;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Codec;
import dev.parley.Configuration;
import dev.parley.HandleInterceptor;
import dev.parley.Subscriber;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConfigurationTest {

  private final List<String> intercepted = new CopyOnWriteArrayList<>();

  private final HandleInterceptor interceptor =
      (message, next) -> {
        intercepted.add(message.queue());
        return next.proceed();
      };

  @RegisterExtension
  final TestBroker broker =
      TestBroker.with(new Prices(), new Fails())
          .and(new Named())
          .setting("handler.retry", "1")
          .declaring("audit")
          .configure(
              builder ->
                  builder
                      .url("amqp://127.0.0.1:1")
                      .configuration(Configuration.of(Map.of("names.queue", "names")))
                      .codec(new Cents())
                      .intercept(interceptor)
                      .error("sold-out", SoldOut.class, SoldOut::new));

  static final class Prices {
    @Subscriber("prices")
    BigDecimal raise(BigDecimal price) {
      return price.add(BigDecimal.ONE);
    }
  }

  static final class Fails {
    @Subscriber("fails")
    void fail(String body) {
      throw new SoldOut(body);
    }
  }

  static final class Named {
    @Subscriber("${names.queue}")
    String echo(String body) {
      return body;
    }
  }

  static final class SoldOut extends RuntimeException {
    private static final long serialVersionUID = 1;

    SoldOut(String message) {
      super(message);
    }
  }

  /** Amounts of money as cents, in text that JSON would read otherwise. */
  static final class Cents implements Codec {
    @Override
    public String contentType() {
      return "application/cents";
    }

    @Override
    public boolean reads(String mediaType) {
      return mediaType.equals(contentType());
    }

    @Override
    public boolean writes(Class<?> type) {
      return type == BigDecimal.class;
    }

    @Override
    public Writer writer(Type type) {
      return value ->
          ((BigDecimal) value)
              .movePointRight(2)
              .toBigIntegerExact()
              .toString()
              .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Reader reader(Type type) {
      return body -> new BigDecimal(new String(body, StandardCharsets.US_ASCII)).movePointLeft(2);
    }
  }

  @Test
  void recordedBodiesAreReadByTheBrokersOwnCodecs() {
    BigDecimal raised =
        broker.publish(new BigDecimal("2.50"), to("prices").callback(BigDecimal.class));

    assertThat(raised).isEqualTo("3.50");
    assertThat(broker.published("prices").get(0).text()).isEqualTo("250");
    assertThat(broker.published("prices", BigDecimal.class))
        .containsExactly(new BigDecimal("2.50"));
    assertThat(broker.replies("prices", BigDecimal.class)).containsExactly(new BigDecimal("3.50"));
  }

  @Test
  void interceptorsOfTheApplicationRun() {
    broker.publish("a", to("names"));
    broker.awaitHandled("names");

    assertThat(intercepted).containsExactly("names");
  }

  @Test
  void settingsAndConfigurationApply() {
    broker.publish("tea", to("fails"));
    broker.awaitIdle();

    assertThat(broker.deadLettersOf("fails"))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.attempts()).isEqualTo(2);
              assertThat(letter.errorType()).isEqualTo("sold-out");
              assertThat(letter)
                  .hasToString("HANDLER_FAILED after 2 attempts, sold-out: tea, body: tea");
            });
  }

  @Test
  void registeredErrorsAreRebuilt() {
    assertThatThrownBy(() -> broker.publish("tea", to("fails").callback(Void.class)))
        .isInstanceOf(SoldOut.class)
        .hasMessage("tea");
  }

  @Test
  void theUrlIsAlwaysTheTestsOwn() {
    assertThat(broker.url()).startsWith("memory:");
    broker.publish("a", to("audit"));
    assertThat(broker.published("audit", String.class)).containsExactly("a");
  }
}
