package dev.parley.engine;

import dev.parley.Broker;
import dev.parley.Codec;
import dev.parley.Configuration;
import dev.parley.ConfigurationException;
import dev.parley.HandleInterceptor;
import dev.parley.PublishInterceptor;
import dev.parley.engine.client.Clients;
import dev.parley.engine.codec.CodecLimits;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.config.Placeholders;
import dev.parley.engine.config.Secrets;
import dev.parley.engine.handle.CancelledCalls;
import dev.parley.engine.handle.HandlerParts;
import dev.parley.engine.handle.HandlerRegistry;
import dev.parley.engine.publish.Gathering;
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
import dev.parley.engine.stream.ClientStreams;
import dev.parley.engine.stream.ServerStreams;
import dev.parley.engine.stream.StreamParts;
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
    ErrorReplies errorReplies = new ErrorReplies(errors);
    ReplyReader replies =
        new ReplyReader(codecs, errorReplies, settings.get(EngineSettings.MAX_BYTES));
    EngineThreads threads = EngineThreads.named(name);
    TimerWheel timer = TimerWheel.start(name + "-timer", task -> threads.newThread("timer", task));
    Transport transport;
    try {
      transport = transport(name, threads, timer);
    } catch (RuntimeException e) {
      timer.close();
      throw e;
    }
    StreamParts streamParts = streamParts(name, transport, codecs, timer, threads);
    ServerStreams serverStreams = new ServerStreams(streamParts, replies, errorReplies);
    ForeignOptions options = new ForeignOptions(transportName);
    Object identity = new Object();
    Gate gate = new Gate(identity);
    Placeholders placeholders = new Placeholders(configuration);
    HandlerRegistry handlers =
        new HandlerRegistry(
            handlerParts(identity, name, transport, codecs, replies, serverStreams, timer, threads),
            options,
            settings,
            placeholders::resolve);
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
                settings.get(EngineSettings.CONTROL_TOPIC),
                settings.get(EngineSettings.STREAM_HEARTBEAT),
                settings.get(EngineSettings.CALL_LIMIT),
                settings.get(EngineSettings.MAX_BYTES)));
    ClientStreams clientStreams = new ClientStreams(streamParts, publisher, replies, errorReplies);
    Lifecycle lifecycle =
        new Lifecycle(
            name,
            identity,
            gate,
            handlers,
            publisher,
            serverStreams,
            transport,
            timer,
            threads,
            settings,
            connections);
    return new EngineBroker(
        name,
        handlers,
        publisher,
        clientStreams,
        new Gathering(
            publisher,
            replies,
            threads,
            counters,
            settings.get(EngineSettings.CALL_TIMEOUT),
            settings.get(EngineSettings.GATHER_LIMIT)),
        threads,
        new Clients(publisher, clientStreams, codecs, placeholders::resolve, name),
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

  private StreamParts streamParts(
      String name, Transport transport, Codecs codecs, TimerWheel timer, EngineThreads threads) {
    return new StreamParts(
        name,
        transport,
        codecs,
        timer,
        threads,
        counters,
        ids,
        settings.get(EngineSettings.PUBLISH_TIMEOUT),
        settings.get(EngineSettings.MAX_BYTES),
        settings.get(EngineSettings.STREAM_CREDIT),
        settings.get(EngineSettings.STREAM_IDLE_TIMEOUT),
        settings.get(EngineSettings.STREAM_HEARTBEAT));
  }

  private HandlerParts handlerParts(
      Object identity,
      String name,
      Transport transport,
      Codecs codecs,
      ReplyReader replies,
      ServerStreams streams,
      TimerWheel timer,
      EngineThreads threads) {
    return new HandlerParts(
        identity,
        name,
        transport,
        codecs,
        replies,
        streams,
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
        settings.get(EngineSettings.REPLY_ALLOW),
        new CancelledCalls(),
        settings.get(EngineSettings.STREAM_HEARTBEAT));
  }
}
