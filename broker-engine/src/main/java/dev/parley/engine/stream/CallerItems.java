package dev.parley.engine.stream;

import dev.parley.ErrorCode;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.wire.ErrorReport;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The items a caller sends beside those it takes, from its publisher, which is subscribed to with
 * the first grant.
 *
 * <p>Signals come on the transport's threads, items on the publisher's; anybody may stop it.
 */
final class CallerItems implements PublisherProducer.Owner {

  private final StreamParts parts;
  private final Flow.Publisher<?> source;
  private final Outbound out;
  private final PublisherProducer producer;
  private final @Nullable HandlerScope scope = HandlerScope.current();
  private final AtomicBoolean begun = new AtomicBoolean();

  CallerItems(StreamParts parts, Flow.Publisher<?> source, Line line, Outbound.Owner owner) {
    this.parts = parts;
    this.source = source;
    this.out = new Outbound(parts, line, 0, owner);
    this.producer = new PublisherProducer(out, this::execute, this);
  }

  private void execute(Runnable task) {
    parts.threads().callBack(() -> HandlerScope.run(scope, task));
  }

  /** The server has told something. */
  void signalled(Signal signal) {
    if (signal.kind() == Signal.Kind.CREDIT) {
      out.credit(signal.items());
      if (begun.compareAndSet(false, true)) {
        execute(() -> producer.subscribeTo(source));
      }
    } else if (signal.kind() == Signal.Kind.CANCEL) {
      stop();
    }
  }

  /** Sends nothing more. Idempotent. */
  void stop() {
    out.close();
    producer.cancel();
  }

  @Override
  public void produced() {
    out.end(() -> {});
  }

  @Override
  public void failed(Throwable why) {
    out.error(
        ErrorReport.of(
            ErrorCode.CANCELLED,
            why.getClass().getSimpleName(),
            "The items of the caller have failed: " + why.getMessage(),
            List.of()),
        () -> {});
  }
}
