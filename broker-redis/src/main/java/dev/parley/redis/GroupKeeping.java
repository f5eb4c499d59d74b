package dev.parley.redis;

import dev.parley.spi.Scheduler;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a consumer does beside consuming: claims what others have left, says that it is there and
 * that its own is being worked on, trims what all are done with, and notices when stream or group
 * are gone.
 *
 * <p>The timer and Lettuce's threads call it; its fields are guarded by this object's monitor.
 */
final class GroupKeeping {

  private static final Logger log = LoggerFactory.getLogger(GroupKeeping.class);
  private static final int MAX_CLAIM = 100;
  private static final int RENEW_AT_ONCE = 250;
  private static final String START = "0-0";

  private final Group group;
  private final Window window;
  private final Parts parts;
  private final GroupListening listening;
  private final Duration topicKeep;
  private String cursor = START;
  private boolean looking;
  private boolean stopped;

  GroupKeeping(Source source, Group group, Window window, Parts parts, GroupListening listening) {
    this.group = group;
    this.window = window;
    this.parts = parts;
    this.listening = listening;
    this.topicKeep =
        source.kind() == Source.Kind.QUEUE ? Duration.ZERO : parts.settings().topicKeep();
  }

  void start() {
    RedisSettings settings = parts.settings();
    every(settings.checkInterval(), this::lookNow);
    every(settings.claimAfter().dividedBy(3), this::renew);
    every(settings.heartbeat(), this::here);
    every(settings.claimAfter(), this::forget);
    every(settings.checkInterval(), this::trimAcknowledged);
  }

  synchronized void stop() {
    stopped = true;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private void every(Duration interval, Runnable action) {
    Scheduler scheduler = parts.scheduler();
    scheduler.schedule(
        interval,
        () -> {
          if (isStopped()) {
            return;
          }
          if (parts.commands().isUp() && listening.isJoined()) {
            action.run();
          }
          every(interval, action);
        });
  }

  /** Looks for what others have left or handed back. */
  void lookNow() {
    String from;
    synchronized (this) {
      if (looking || stopped) {
        return;
      }
      looking = true;
      from = cursor;
    }
    int count = listening.isConsuming() ? Math.min(MAX_CLAIM, window.wanting()) : 0;
    CompletionStage<Void> look =
        count > 0 ? group.claim(from, count).thenAccept(this::claimed) : group.check();
    var unused =
        look.whenComplete(
            (done, error) -> {
              synchronized (this) {
                looking = false;
              }
              noticed(error);
            });
  }

  private void claimed(Group.Claimed found) {
    synchronized (this) {
      cursor = found.cursor();
    }
    if (!found.waits().isEmpty()) {
      log.debug("Claimed {} entries of {}", found.waits().size(), group);
      window.holdUnknown(found.waits());
      listening.step();
    }
  }

  private void noticed(@Nullable Throwable error) {
    if (error != null && RedisErrors.isAnswer(error)) {
      listening.fail(RedisErrors.unwrap(error)); // NOGROUP, WRONGTYPE: not what it was
    }
  }

  private void renew() {
    List<String> ids = window.pending();
    for (int i = 0; i < ids.size(); i += RENEW_AT_ONCE) {
      group
          .renew(ids.subList(i, Math.min(ids.size(), i + RENEW_AT_ONCE)))
          .thenAccept(window::lose)
          .whenComplete((done, error) -> logged("renewing", error));
    }
    group.readClock().whenComplete((done, error) -> logged("reading the clock", error));
  }

  private void here() {
    group.here().whenComplete((done, error) -> logged("presence", error));
  }

  private void forget() {
    group.forgetOthers().whenComplete((done, error) -> logged("removing consumers", error));
    group.forgetDue().whenComplete((done, error) -> logged("removing due times", error));
    trim(List.of());
  }

  private void trimAcknowledged() {
    List<String> acknowledged = listening.takeAcknowledged();
    if (!acknowledged.isEmpty()) {
      trim(acknowledged);
    }
  }

  private void trim(List<String> acknowledged) {
    group.trim(topicKeep, acknowledged).whenComplete((done, error) -> logged("trimming", error));
  }

  private void logged(String what, @Nullable Throwable error) {
    if (error != null) {
      log.debug("{} for {} failed; it is done again", what, group, error);
    }
  }
}
