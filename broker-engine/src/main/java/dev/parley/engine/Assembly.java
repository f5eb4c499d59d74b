package dev.parley.engine;

import dev.parley.Broker;
import dev.parley.Codec;
import dev.parley.Configuration;
import dev.parley.ConfigurationException;
import dev.parley.HandleInterceptor;
import dev.parley.PublishInterceptor;
import dev.parley.engine.codec.CodecLimits;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.config.Placeholders;
import dev.parley.engine.config.Secrets;
import dev.parley.engine.handle.HandlerParts;
import dev.parley.engine.handle.HandlerRegistry;
import dev.parley.engine.publish.PublishParts;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.publish.ReplyReader;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineSettings;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.ForeignOptions;
import dev.parley.engine.runtime.Gate;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.wire.ErrorRegistry;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.spi.Settings;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import java.util.List;
import java.util.function.Function;

/** Puts a broker together of checked parts. Used once, by one thread. */
final class Assembly {

  private final Configuration configuration;
  private final Settings settings;
  private final List<Codec> customCodecs;
  private final List<PublishInterceptor> publishInterceptors;
  private final List<HandleInterceptor> handleInterceptors;
  private final ErrorRegistry errors;
  private final String transportName;
  private final Function<TransportContext, Transport> transportFactory;

  private final Ids ids = new Ids();
  private final CounterBoard counters = new CounterBoard();
  private final ConnectionBoard connections = new ConnectionBoard();

  Assembly(
      Configuration configuration,
      Settings settings,
      List<Codec> customCodecs,
      List<PublishInterceptor> publishInterceptors,
      List<HandleInterceptor> handleInterceptors,
      ErrorRegistry errors,
      String transportName,
      Function<TransportContext, Transport> transportFactory) {
    this.configuration = configuration;
    this.settings = settings;
    this.customCodecs = customCodecs;
    this.publishInterceptors = publishInterceptors;
    this.handleInterceptors = handleInterceptors;
    this.errors = errors;
    this.transportName = transportName;
    this.transportFactory = transportFactory;
  }

  Broker build() {
    String name = settings.get(EngineSettings.NAME) + "-" + ids.next().substring(0, 8);
    Codecs codecs =
        Codecs.of(customCodecs, new CodecLimits(settings.get(EngineSettings.MAX_DEPTH)));
    ReplyReader replies =
        new ReplyReader(codecs, new ErrorReplies(errors), settings.get(EngineSettings.MAX_BYTES));
    EngineThreads threads = EngineThreads.named(name);
    TimerWheel timer = TimerWheel.start(name + "-timer", task -> threads.newThread("timer", task));
    Transport transport;
    try {
      transport = transport(name, threads, timer);
    } catch (RuntimeException e) {
      timer.close();
      throw e;
    }
    ForeignOptions options = new ForeignOptions(transportName);
    Object identity = new Object();
    Gate gate = new Gate(identity);
    HandlerRegistry handlers =
        new HandlerRegistry(
            handlerParts(identity, name, transport, codecs, replies, timer, threads),
            options,
            settings,
            new Placeholders(configuration)::resolve);
    Publisher publisher =
        new Publisher(
            new PublishParts(
                transport,
                codecs,
                replies,
                timer,
                threads,
                counters,
                ids,
                gate,
                options,
                publishInterceptors,
                handlers::notStarted,
                settings.get(EngineSettings.CALL_TIMEOUT),
                settings.get(EngineSettings.PUBLISH_TIMEOUT),
                settings.get(EngineSettings.CALL_LIMIT),
                settings.get(EngineSettings.MAX_BYTES)));
    Lifecycle lifecycle =
        new Lifecycle(
            name,
            identity,
            gate,
            handlers,
            publisher,
            transport,
            timer,
            threads,
            settings,
            connections);
    return new EngineBroker(
        name,
        handlers,
        publisher,
        lifecycle,
        new Declarations(transport, options, gate, settings.get(EngineSettings.PUBLISH_TIMEOUT)),
        counters,
        connections,
        settings,
        handleInterceptors,
        codecs);
  }

  private Transport transport(String name, EngineThreads threads, TimerWheel timer) {
    String url = settings.get(EngineSettings.URL);
    try {
      return transportFactory.apply(
          new TransportContext(
              url, settings, name, timer, threads.transportThreads(), connections));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          List.of(
              "broker.url = \""
                  + Secrets.maskUrl(url)
                  + "\": "
                  + Secrets.maskUrl(String.valueOf(e.getMessage()))));
    }
  }

  private HandlerParts handlerParts(
      Object identity,
      String name,
      Transport transport,
      Codecs codecs,
      ReplyReader replies,
      TimerWheel timer,
      EngineThreads threads) {
    return new HandlerParts(
        identity,
        name,
        transport,
        codecs,
        replies,
        errors,
        timer,
        threads,
        counters,
        ids,
        settings.get(EngineSettings.PUBLISH_TIMEOUT),
        settings.get(EngineSettings.RETRY),
        settings.get(EngineSettings.BACKOFF_INITIAL),
        settings.get(EngineSettings.BACKOFF_MAX),
        settings.get(EngineSettings.MAX_BYTES),
        settings.get(EngineSettings.REPLY_ALLOW));
  }
}
