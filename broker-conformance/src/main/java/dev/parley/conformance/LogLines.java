package dev.parley.conformance;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/** Counts what this framework logs, from now until it is closed. Any thread may log. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private static final String OURS = "dev.parley";

  private final Logger logger = (Logger) LoggerFactory.getLogger(OURS);
  private final AtomicLong count = new AtomicLong();

  private LogLines() {}

  static LogLines counted() {
    LogLines lines = new LogLines();
    lines.setContext(lines.logger.getLoggerContext());
    lines.start();
    lines.logger.addAppender(lines);
    return lines;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
      count.incrementAndGet();
    }
  }

  long count() {
    return count.get();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    stop();
  }
}
