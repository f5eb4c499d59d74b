package dev.parley.engine.doubles;

import dev.parley.Configuration;
import dev.parley.Counter;
import dev.parley.HandleInterceptor;
import dev.parley.SubscribeOptions;
import dev.parley.engine.codec.CodecLimits;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.config.Placeholders;
import dev.parley.engine.config.SettingsReader;
import dev.parley.engine.handle.CancelledCalls;
import dev.parley.engine.handle.HandlerParts;
import dev.parley.engine.handle.HandlerRegistry;
import dev.parley.engine.handle.HandlerSubscription;
import dev.parley.engine.publish.ReplyReader;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineSettings;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.ForeignOptions;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.LogBudget;
import dev.parley.engine.runtime.ManualTime;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.stream.ServerStreams;
import dev.parley.engine.stream.StreamParts;
import dev.parley.engine.wire.ErrorRegistry;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.spi.Settings;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Handlers on a recording transport, with time that the test lets pass. */
public final class HandleBench implements AutoCloseable {

  public final RecordingTransport transport = new RecordingTransport();
  public final ManualTime time = new ManualTime();
  public final CounterBoard counters = new CounterBoard();
  public final ErrorRegistry errors = new ErrorRegistry();
  public final EngineThreads threads = EngineThreads.named("bench");
  public final Object broker = new Object();
  public final HandlerParts parts;
  public final HandlerRegistry registry;

  public HandleBench() {
    this(Map.of());
  }

  public HandleBench(Map<String, String> configuration) {
    this(configuration, Set.of());
  }

  /** With native messages of those types. */
  public HandleBench(Set<Class<?>> nativeTypes) {
    this(Map.of(), nativeTypes);
  }

  private HandleBench(Map<String, String> configuration, Set<Class<?>> nativeTypes) {
    transport.nativeTypes = nativeTypes;
    Map<String, String> quiet = new HashMap<>(configuration);
    quiet.putIfAbsent("call.control-topic", ""); // so that the handlers alone listen
    Configuration given = Configuration.of(quiet);
    Settings settings = SettingsReader.read(given, EngineSettings.ALL, Set.of());
    Codecs codecs = Codecs.of(List.of(), new CodecLimits(50));
    TimerWheel wheel = time.wheel();
    ReplyReader replies = new ReplyReader(codecs, new ErrorReplies(errors), 1_000_000);
    Ids ids = new Ids();
    StreamParts streams =
        new StreamParts(
            "server-1",
            transport,
            codecs,
            wheel,
            threads,
            counters,
            ids,
            Duration.ofSeconds(30),
            1_000_000,
            256,
            Duration.ofSeconds(30),
            Duration.ofSeconds(3));
    parts =
        new HandlerParts(
            broker,
            "server-1",
            transport,
            codecs,
            replies,
            new ServerStreams(streams, replies, new ErrorReplies(errors)),
            errors,
            wheel,
            threads,
            counters,
            ids,
            InstantSource.system(),
            Duration.ofSeconds(30),
            settings.get(EngineSettings.RETRY),
            settings.get(EngineSettings.BACKOFF_INITIAL),
            settings.get(EngineSettings.BACKOFF_MAX),
            1_000_000,
            Pattern.compile("(?!forbidden).*"),
            new CancelledCalls(),
            new LogBudget(wheel::nanoTime),
            Duration.ofSeconds(3));
    registry =
        new HandlerRegistry(
            parts, new ForeignOptions("double"), settings, new Placeholders(given)::resolve);
  }

  /** Registers the methods of an object, and starts them. */
  public HandleBench register(Object handlers, HandleInterceptor... interceptors) {
    registry.register(handlers, "", List.of(interceptors));
    registry.start();
    return this;
  }

  /** Registers a lambda on the queue {@code q}, and starts it. */
  public HandlerSubscription handle(
      Type type, HandlerRegistry.Lambda handler, HandleInterceptor... interceptors) {
    return handle(SubscribeOptions.queue("q"), type, handler, interceptors);
  }

  public HandlerSubscription handle(
      SubscribeOptions options,
      Type type,
      HandlerRegistry.Lambda handler,
      HandleInterceptor... interceptors) {
    HandlerSubscription subscription =
        registry.register(options, type, false, handler, "", List.of(interceptors));
    registry.start();
    return subscription;
  }

  /** Delivers to the queue {@code q}. */
  public RecordingDelivery deliver(RecordingDelivery delivery) {
    transport.queue("q").listener().delivered(delivery.receivedAt(parts.timer().nanoTime()));
    return delivery;
  }

  /** Delivers that JSON, nobody waiting for an answer. */
  public RecordingDelivery deliver(String json) {
    return deliver(new RecordingDelivery(Wire.json(json)));
  }

  /** Delivers that JSON, a caller waiting. */
  public RecordingDelivery request(String json) {
    return deliver(new RecordingDelivery(Wire.request(json, Map.of())));
  }

  public long count(Counter counter) {
    return counters.snapshot(0).get(counter);
  }

  @Override
  public void close() {
    threads.close(Duration.ofSeconds(5));
  }
}
