package dev.parley.template.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** What the tests of the snippets share: an in-memory broker each, and a place to note things. */
abstract class Bench {
  static final Duration LIMIT = Duration.ofSeconds(20);

  final Broker broker =
      Broker.builder()
          .url("memory:" + UUID.randomUUID())
          .setting("retry.backoff.initial", "10ms")
          .build();

  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>(100);

  @AfterEach
  void close() {
    broker.close();
  }

  /** For handlers. */
  void note(Object what) {
    assertThat(notes.offer(String.valueOf(what))).isTrue();
  }

  /** What a handler noted next. */
  String noted() throws InterruptedException {
    return notes.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }
}
