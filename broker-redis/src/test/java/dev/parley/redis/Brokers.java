package dev.parley.redis;

import dev.parley.Broker;
import dev.parley.Handlers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Broker objects of one test, closed after it. Used by the thread of the test. */
final class Brokers implements AfterEachCallback {

  private final Deque<Broker> opened = new ArrayDeque<>();
  private final Deque<Shell> shells = new ArrayDeque<>();

  /** A broker object with these settings, as key and value in turn. */
  Broker open(String url, String... settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "broker.url", url,
                "redis.reconnect.max", "300ms",
                "redis.check-interval", "100ms",
                "close.timeout", "5s"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    Broker.Builder builder = Broker.builder();
    all.forEach(builder::setting);
    Broker broker = builder.build();
    opened.push(broker);
    return broker;
  }

  /** The same with handlers, consuming. */
  Broker started(String url, Consumer<Handlers> registration, String... settings) {
    Broker broker = open(url, settings);
    registration.accept(broker);
    broker.start();
    return broker;
  }

  /** Somebody at a shell, who leaves after the test. */
  Shell shell(String url) {
    try {
      Shell shell = Shell.at(url);
      shells.push(shell);
      return shell;
    } catch (IOException e) {
      throw new UncheckedIOException("No shell at " + url, e);
    }
  }

  /** A name nobody else uses. */
  static String name(String name) {
    return name + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  /** Closes them all, for a test whose server ends before its extensions do. */
  void close() {
    opened.forEach(Broker::close);
    opened.clear();
    shells.forEach(Shell::close);
    shells.clear();
  }
}
