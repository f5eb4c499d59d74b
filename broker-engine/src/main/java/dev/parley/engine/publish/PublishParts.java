package dev.parley.engine.publish;

import dev.parley.PublishInterceptor;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.ForeignOptions;
import dev.parley.engine.runtime.Gate;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.spi.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

/**
 * What publishing is made of.
 *
 * @param notStarted whether a queue is one of this application whose handler was not started yet
 */
public record PublishParts(
    Transport transport,
    Codecs codecs,
    ReplyReader replies,
    TimerWheel timer,
    EngineThreads threads,
    CounterBoard counters,
    Ids ids,
    InstantSource clock,
    Gate gate,
    ForeignOptions foreignOptions,
    List<PublishInterceptor> interceptors,
    Predicate<String> notStarted,
    Duration callTimeout,
    Duration publishTimeout,
    String controlTopic,
    Duration heartbeat,
    int callLimit,
    int maxBytes) {}
