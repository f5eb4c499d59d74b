package dev.parley.memory;

import dev.parley.Broker;
import dev.parley.Handlers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of calls share: broker objects on one in-memory broker, closed at the end. */
@Timeout(30)
abstract class Workshop {

  private final String url = "memory:" + UUID.randomUUID();
  private final Deque<Broker> opened = new ArrayDeque<>();

  String url() {
    return url;
  }

  Broker broker(String... settings) {
    Broker.Builder builder = Broker.builder().url(url).setting("close.timeout", "5s");
    for (int i = 0; i < settings.length; i += 2) {
      builder.setting(settings[i], settings[i + 1]);
    }
    Broker broker = builder.build();
    opened.push(broker);
    return broker;
  }

  Broker started(Consumer<Handlers> registration, String... settings) {
    Broker broker = broker(settings);
    registration.accept(broker);
    broker.start();
    return broker;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Broker::close);
  }
}
