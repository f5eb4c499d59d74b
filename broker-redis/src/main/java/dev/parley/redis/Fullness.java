package dev.parley.redis;

import dev.parley.spi.ConnectionState;
import dev.parley.spi.Scheduler;
import dev.parley.spi.TransportListener;
import io.lettuce.core.XAddArgs;
import java.time.Duration;
import java.util.Map;

/**
 * Whether Redis refuses messages because its memory is full ({@code maxmemory}), and asks it for
 * room until it has some. Any thread.
 */
final class Fullness {

  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private final LinkKeeper keeper;
  private final Scheduler scheduler;
  private final TransportListener listener;
  private volatile boolean full;

  Fullness(LinkKeeper keeper, Scheduler scheduler, TransportListener listener) {
    this.keeper = keeper;
    this.scheduler = scheduler;
    this.listener = listener;
  }

  /** A message was refused for that reason. */
  void refused(Throwable error) {
    if (RedisErrors.isOutOfMemory(error) && !full) {
      full = true;
      listener.changed("publish", ConnectionState.BLOCKED, error);
      scheduler.schedule(TRY_AGAIN, this::ask);
    }
  }

  /** Redis takes messages again, if it did not. */
  void over() {
    if (full) {
      full = false;
      listener.changed("publish", ConnectionState.UP, null);
    }
  }

  /** A new connection: nothing is known. */
  void forget() {
    full = false;
  }

  /** Asks with a command that is refused as messages are, and changes nothing otherwise. */
  private void ask() {
    Link link = keeper.link();
    if (!full || link == null) {
      return;
    }
    var unused =
        link.commands(Keys.REPLY)
            .xadd(Keys.REPLY, new XAddArgs().nomkstream(), Map.of(Fields.DATA, new byte[0]))
            .whenComplete(
                (id, error) -> {
                  if (error != null && RedisErrors.isOutOfMemory(error)) {
                    scheduler.schedule(TRY_AGAIN, this::ask);
                  } else {
                    over();
                  }
                });
  }
}
