package dev.parley.engine.stream;

import dev.parley.engine.codec.Codecs;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.spi.Transport;
import java.time.Duration;

/**
 * What streams are made of, the same for all of a broker.
 *
 * @param server the name of this instance, told in frames
 * @param credit how many items may be ahead
 * @param heartbeat how often a sign is given
 */
public record StreamParts(
    String server,
    Transport transport,
    Codecs codecs,
    TimerWheel timer,
    EngineThreads threads,
    CounterBoard counters,
    Ids ids,
    Duration publishTimeout,
    int maxBytes,
    int credit,
    Duration idleTimeout,
    Duration heartbeat) {

  /** After how long without a sign the other side is gone. */
  Duration silence() {
    return heartbeat.multipliedBy(3);
  }

  /** How often a stream is looked at. */
  Duration tick() {
    return heartbeat.dividedBy(3);
  }
}
