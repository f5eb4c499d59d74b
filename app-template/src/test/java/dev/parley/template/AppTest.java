package dev.parley.template;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.Counter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void demoPrintsWhatTheDocumentationShows() throws IOException {
    int exitCode = run("demo", "--broker.url=memory:app-test");

    assertThat(out.toString(UTF_8)).isEqualToNormalizingNewlines(resource("/demo.txt"));
    assertThat(exitCode).isZero();
  }

  @Test
  void demoOnABrokerWithTheQueuesOfAnEarlierRunPrintsTheSame() throws IOException {
    String url = "memory:app-test-again";
    try (Broker other = Broker.of(url)) {
      other.declare("something"); // an in-memory broker lives as long as somebody uses it
      run("demo", "--broker.url=" + url);
      out.reset();

      int exitCode = run("demo", "--broker.url=" + url);

      assertThat(out.toString(UTF_8)).isEqualToNormalizingNewlines(resource("/demo.txt"));
      assertThat(exitCode).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dmeo", "demo url", "serve broker.url=memory:", "serve --"})
  void wrongUsagePrintsTheHelpAndExitsWith2(String arguments) {
    int exitCode = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(err.toString(UTF_8)).startsWith("Usage: java -jar app-template.jar demo|serve");
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(exitCode).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "list", "lsit orders", "list --limit=5", "replay orders --limit=all"})
  void wrongWordsForDeadLettersPrintTheHelpAndExitWith2(String arguments) {
    int exitCode = run(("dead-letters " + arguments).split(" "));

    assertThat(err.toString(UTF_8)).startsWith("Usage: ").contains("dead-letters list|replay");
    assertThat(exitCode).isEqualTo(2);
  }

  @Test
  void deadLettersAreListedAndSentBack() {
    String url = "memory:app-test-dead-letters";
    try (Broker server = Broker.of(url)) {
      server.consume(
          queue("parcels").retry(0),
          String.class,
          body -> {
            throw new IllegalStateException("too heavy");
          });
      server.start();
      server.publish("stone", to("parcels").messageId("p-1"));
      server.publish("anvil", to("parcels").messageId("p-2"));
      await().until(() -> server.deadLetters("parcels").list(2).size() == 2);

      assertThat(run("dead-letters", "list", "parcels", "--broker.url=" + url)).isZero();
      assertThat(out.toString(UTF_8))
          .contains("p-1\t", "p-2\t", "IllegalStateException: too heavy", "stone", "anvil");
      out.reset();
      int exitCode = run("dead-letters", "replay", "parcels", "--id=p-2", "--broker.url=" + url);

      assertThat(exitCode).isZero();
      assertThat(out.toString(UTF_8)).contains("1 dead letters of \"parcels\" were sent back");
      await().until(() -> server.counters().get(Counter.DEAD_LETTERED) == 3); // failed again
    }
  }

  @Test
  void helpIsNotAMistake() {
    int exitCode = run("--help");

    assertThat(out.toString(UTF_8)).startsWith("Usage: java -jar app-template.jar demo|serve");
    assertThat(exitCode).isZero();
  }

  @Test
  void wrongSettingIsNamedAndExitsWith2() {
    int exitCode = run("demo", "--broker.url=memory:app-test", "--call.timeout=soon");

    assertThat(err.toString(UTF_8)).contains("call.timeout", "soon");
    assertThat(exitCode).isEqualTo(2);
  }

  @Test
  void brokerThatIsNotThereIsToldAndExitsWith1() {
    int exitCode = run("demo", "--broker.url=amqp://127.0.0.1:1", "--start.timeout=200ms");

    assertThat(err.toString(UTF_8)).contains("127.0.0.1");
    assertThat(exitCode).isEqualTo(1);
  }

  private int run(String... arguments) {
    return App.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = AppTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
