package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.support.InOrder;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XTrimArgs;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reply stream of an instance, with one blocking reader: replies that were sent while the
 * connection was cut are read after it is back. The stream expires when the instance is gone; when
 * it is lost all the same, the next one has another name.
 *
 * <p>Answers come on Lettuce's threads, checks on the timer; any thread closes. Its fields are
 * guarded by this object's monitor; the listener is told without it, in order.
 */
final class RedisInbox implements Inbox, LinkKeeper.Work {

  private static final Logger log = LoggerFactory.getLogger(RedisInbox.class);
  private static final int MAX_READ = 512;
  private static final String START = "0-0";

  /** Streams bring many: what was read does not wait for the next check then. */
  private static final int TRIM_AFTER = 1_000;

  private final Parts parts;
  private final InboxListener listener;
  private final InOrder events = new InOrder();
  private final BlockingReader reader;
  private final String prefix;
  private @Nullable Link link;
  private @Nullable String stream; // null until it is made
  private String last = START;
  private @Nullable String trimmed; // up to there
  private int untrimmed; // read since then
  private boolean closed;

  RedisInbox(Parts parts, InboxListener listener) {
    this.parts = parts;
    this.listener = listener;
    this.prefix = Keys.REPLY + "{" + parts.clientName() + "}:"; // one slot, so one connection
    this.reader =
        new BlockingReader(
            parts.links(), prefix, parts.commands(), parts.settings(), parts.scheduler(), this);
  }

  void start() {
    reader.start();
    checkLater();
  }

  @Override
  public void up(Link opened) {
    String known;
    synchronized (this) {
      link = opened;
      known = stream;
    }
    if (known == null) {
      make(opened);
    } else {
      keep(opened, known);
    }
  }

  /** Makes a stream of a new name. */
  private void make(Link on) {
    String name = prefix + UUID.randomUUID();
    CommandLink.script(on, Script.INBOX, name, parts.settings().replyKeep().toMillis(), 1)
        .whenComplete(
            (made, error) -> {
              if (error != null) {
                reader.fail(on, RedisErrors.unwrap(error));
              } else {
                made(on, name);
              }
            });
  }

  private void made(Link on, String name) {
    synchronized (this) {
      if (closed || link != on) {
        return; // it expires by itself
      }
      stream = name;
      last = START;
      trimmed = null;
      events.add(() -> listener.ready(Address.reply(name)));
    }
    events.tell();
    read(on, name);
  }

  /** Goes on with the stream after the connection was lost, if it is still there. */
  private void keep(Link on, String name) {
    CommandLink.script(on, Script.INBOX, name, parts.settings().replyKeep().toMillis(), 0)
        .whenComplete(
            (kept, error) -> {
              if (error != null) {
                reader.fail(on, RedisErrors.unwrap(error));
              } else if (CommandLink.number(kept.get(0)) == 1) {
                read(on, name);
              } else {
                lose(name);
                make(on);
              }
            });
  }

  private void lose(String name) {
    synchronized (this) {
      if (closed || !name.equals(stream)) {
        return;
      }
      stream = null;
      events.add(() -> listener.gone("the reply stream " + name + " is no longer on Redis"));
    }
    events.tell();
  }

  private void read(Link on, String name) {
    String from;
    synchronized (this) {
      if (closed || link != on || !name.equals(stream)) {
        return;
      }
      from = last;
    }
    reader.read(
        on,
        MAX_READ,
        (redis, blocking) -> StreamReads.after(redis, blocking, name, from),
        (entries, error) -> received(on, name, entries, error));
  }

  private void received(
      Link on,
      String name,
      List<StreamMessage<String, byte[]>> entries,
      @Nullable Throwable error) {
    String read = null;
    synchronized (this) {
      if (closed || link != on || !name.equals(stream)) {
        return; // what it brought is read again
      }
      for (StreamMessage<String, byte[]> entry : entries) {
        last = entry.getId();
        events.add(() -> listener.received(Fields.read(entry.getBody())));
      }
      untrimmed += entries.size();
      if (untrimmed >= TRIM_AFTER) {
        untrimmed = 0;
        read = last;
      }
    }
    if (error != null) {
      reader.fail(on, RedisErrors.unwrap(error));
    } else {
      read(on, name); // first, so that the next replies are under way while these are told
    }
    if (read != null && parts.commands().isUp()) {
      trim(name, read);
    }
    events.tell();
  }

  @Override
  public void down(Throwable why) {
    synchronized (this) {
      link = null;
    }
    log.debug("The reader of replies is disconnected: {}", RedisErrors.describe(why));
  }

  private void checkLater() {
    parts.scheduler().schedule(parts.settings().checkInterval(), this::check);
  }

  /** Keeps the stream from expiring, drops what was read, and notices when it is gone. */
  private void check() {
    String name;
    String read;
    synchronized (this) {
      if (closed) {
        return;
      }
      name = stream;
      read = last.equals(trimmed) ? null : last;
    }
    if (name != null && parts.commands().isUp()) {
      if (read != null) {
        trim(name, read);
      }
      parts
          .commands()
          .script(Script.INBOX, name, parts.settings().replyKeep().toMillis(), 0)
          .thenAccept(kept -> checked(name, CommandLink.number(kept.get(0)) == 1))
          .whenComplete((done, error) -> {}); // an outage shows in the reader's own connection
    }
    checkLater();
  }

  private void checked(String name, boolean there) {
    Link now;
    synchronized (this) {
      now = link;
    }
    if (!there) {
      lose(name);
      if (now != null) {
        reader.fail(now, new IllegalStateException("the reply stream was deleted"));
      }
    }
  }

  private void trim(String name, String read) {
    parts
        .commands()
        .command(name, redis -> redis.xtrim(name, XTrimArgs.Builder.minId(after(read))))
        .thenAccept(count -> trimmed(name, read))
        .whenComplete((done, error) -> {}); // the next check does it
  }

  private synchronized void trimmed(String name, String read) {
    if (name.equals(stream)) {
      trimmed = read;
    }
  }

  private static String after(String id) {
    int dash = id.indexOf('-');
    return id.substring(0, dash + 1) + (Long.parseLong(id.substring(dash + 1)) + 1);
  }

  @Override
  public void close() {
    String name;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      name = stream;
    }
    parts.inboxes().remove(this);
    parts.leaves(reader.close());
    if (name != null && parts.commands().isUp()) {
      parts.leaves(parts.commands().command(name, redis -> redis.unlink(name)));
    }
  }
}
