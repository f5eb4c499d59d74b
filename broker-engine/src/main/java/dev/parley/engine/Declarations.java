package dev.parley.engine;

import dev.parley.PublishFailedException;
import dev.parley.engine.publish.Failures;
import dev.parley.engine.runtime.ForeignOptions;
import dev.parley.engine.runtime.Gate;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportException;
import java.time.Duration;
import java.util.List;

/** Declares queues, topics and groups ahead of their handlers. Any thread may call it. */
final class Declarations {

  private final Transport transport;
  private final ForeignOptions foreignOptions;
  private final Gate gate;
  private final Duration limit;

  Declarations(Transport transport, ForeignOptions foreignOptions, Gate gate, Duration limit) {
    this.transport = transport;
    this.foreignOptions = foreignOptions;
    this.gate = gate;
    this.limit = limit;
  }

  /**
   * Returns when it exists; throws {@link PublishFailedException} when the broker refuses or cannot
   * be reached within the limit, and {@link dev.parley.BrokerClosedException}.
   */
  void declare(Source source, Object... options) {
    if (source.name().isBlank()) {
      throw new IllegalArgumentException("the name to declare must not be empty");
    }
    gate.check("the declaration of " + source);
    foreignOptions.check(List.of(options), "declare " + source);
    try {
      Failures.await(
          transport.declare(source, List.of(options)).toCompletableFuture(),
          limit,
          "the declaration of " + source);
    } catch (TransportException e) {
      throw new PublishFailedException(
          "The declaration of " + source + " failed: " + e.getMessage(), false, e);
    }
  }
}
