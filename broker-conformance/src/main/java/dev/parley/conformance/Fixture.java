package dev.parley.conformance;

import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Handlers;
import dev.parley.spi.Capability;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * What one test needs: broker objects with quick settings, names nobody else uses, a foreign
 * client. Closes all of it at the end and checks that no thread is left. Used by the thread of the
 * test.
 */
final class Fixture implements AutoCloseable {

  /** The setting that holds {@link #prefix()}, for placeholders in annotations. */
  static final String PREFIX_KEY = "app.prefix";

  private static final Duration THREADS_END = Duration.ofSeconds(10);

  /** Retry soon, so that tests of retries are quick; the times that are under test stay default. */
  private static final Map<String, String> QUICK =
      Map.of(
          "retry.backoff.initial", "20ms",
          "retry.backoff.max", "200ms",
          "close.timeout", "10s");

  private final ConformanceBroker server;
  private final String prefix = "t" + Long.toString(random(), Character.MAX_RADIX) + ".";
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Deque<String> brokerNames = new ArrayDeque<>();

  Fixture(ConformanceBroker server) {
    this.server = server;
  }

  private static long random() {
    return ThreadLocalRandom.current().nextLong(1L << 40);
  }

  /** The broker under test. */
  ConformanceBroker server() {
    return server;
  }

  /** What all names of this test begin with. */
  String prefix() {
    return prefix;
  }

  /** A queue or topic of this test alone. */
  String name(String name) {
    return prefix + name;
  }

  /** A broker object with these settings, as key and value in turn; closed at the end. */
  Broker broker(String... settings) {
    return open(builder(settings));
  }

  /** A broker object to be configured further and given to {@link #open}. */
  Broker.Builder builder(String... settings) {
    Broker.Builder builder = Broker.builder();
    settingsWith(settings).forEach(builder::setting);
    return builder;
  }

  /** The settings of a broker of this test, these on top. */
  Map<String, String> settingsWith(String... settings) {
    Map<String, String> all = new HashMap<>(QUICK);
    all.put("broker.url", server.url());
    all.put(PREFIX_KEY, prefix);
    all.putAll(server.settings());
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return all;
  }

  /** Builds it, and closes it at the end. */
  Broker open(Broker.Builder builder) {
    Broker broker = builder.build();
    brokerNames.add(broker.name());
    return closing(broker);
  }

  /** A broker object with these handlers, consuming. */
  Broker started(Consumer<Handlers> registration, String... settings) {
    Broker broker = broker(settings);
    registration.accept(broker);
    broker.start();
    return broker;
  }

  /** A client of another make; closed at the end. */
  ForeignClient foreign() {
    return closing(server.foreignClient());
  }

  /** Closes it at the end, in the reverse order of opening. */
  <C extends AutoCloseable> C closing(C resource) {
    opened.push(resource);
    return resource;
  }

  /** What the transport under test declares. */
  Set<Capability> capabilities() {
    return TransportUnderTest.of(server).capabilities();
  }

  /** The client library's own message types, as the transport under test declares them. */
  List<Class<?>> nativeTypes() {
    return List.copyOf(TransportUnderTest.of(server).nativeTypes());
  }

  /** Skips the test, and says so, where the broker cannot do that. */
  void require(Capability capability) {
    skipUnless(capabilities().contains(capability), server.url() + " has no " + capability);
  }

  /** Skips the test, and says so, where the broker cannot be made to suffer that. */
  void require(Fault fault) {
    server.unavailable(fault).ifPresent(reason -> skipUnless(false, fault + ": " + reason));
  }

  /** Skips the test, and says so, where that is not the case. */
  @SuppressWarnings("SystemOut") // reports of build tools tend to leave the reason out
  void skipUnless(boolean condition, String reason) {
    if (!condition) {
      System.out.println("Skipped: " + reason);
      Assumptions.abort(reason);
    }
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (AutoCloseable resource : opened) {
      try {
        resource.close();
      } catch (Exception e) {
        failure = failure == null ? new IllegalStateException("Closing failed", e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    brokerNames.forEach(Fixture::awaitNoThreadOf);
  }

  /** Fails when a thread of that broker object is still there after a while. */
  static void awaitNoThreadOf(String brokerName) {
    await()
        .atMost(THREADS_END)
        .untilAsserted(() -> assertThat(threadsOf(brokerName)).as("threads left").isEmpty());
  }

  /** The names of the threads that belong to that broker object. */
  static Set<String> threadsOf(String brokerName) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(brokerName))
        .collect(Collectors.toSet());
  }
}
