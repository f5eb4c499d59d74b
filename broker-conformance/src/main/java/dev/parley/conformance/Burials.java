package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Dead letters, and what is in them. Stateless. */
final class Burials {

  private Burials() {}

  /** Makes dead letters of messages with these bodies; their ids are {@code id-} and the body. */
  static void bury(Fixture fixture, String queue, String... bodies) {
    Broker failing =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).retry(1),
                    String.class,
                    body -> {
                      throw new IllegalStateException("no stock for " + body);
                    }));
    for (String body : bodies) {
      failing.publish(body, to(queue).messageId("id-" + body).header("tenant", "t-1"));
    }
    Expect.counter(failing, Counter.DEAD_LETTERED, bodies.length);
    failing.close();
  }

  static List<String> bodies(List<DeadLetter> letters) {
    return letters.stream()
        .map(letter -> new String(letter.body(), StandardCharsets.UTF_8))
        .toList();
  }
}
