package dev.parley.engine.handle;

import dev.parley.engine.codec.Codecs;
import dev.parley.engine.publish.ReplyReader;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.LogBudget;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.stream.ServerStreams;
import dev.parley.engine.wire.ErrorRegistry;
import dev.parley.spi.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;

/**
 * What handling is made of, the same for all handlers of a broker.
 *
 * @param broker the broker object, as {@link dev.parley.engine.runtime.HandlerScope} knows it
 * @param server the name of this instance, told in replies
 */
public record HandlerParts(
    Object broker,
    String server,
    Transport transport,
    Codecs codecs,
    ReplyReader replies,
    ServerStreams streams,
    ErrorRegistry errors,
    TimerWheel timer,
    EngineThreads threads,
    CounterBoard counters,
    Ids ids,
    InstantSource clock,
    Duration publishTimeout,
    int defaultRetry,
    Duration backoffInitial,
    Duration backoffMax,
    int maxBytes,
    Pattern replyAllow,
    CancelledCalls cancelled,
    LogBudget refusals,
    Duration heartbeat) {}
