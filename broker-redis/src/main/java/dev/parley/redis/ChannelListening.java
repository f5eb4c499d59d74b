package dev.parley.redis;

import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.TransportException;
import dev.parley.spi.WireMessage;
import dev.parley.spi.support.LogLimit;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscriber of a Pub/Sub channel: at most once. What comes while there is no room waits, up to a
 * bound; beyond it, and while it is not connected, messages are lost, as Pub/Sub is.
 *
 * <p>Messages come on Lettuce's threads, any thread settles and says what is wanted. Its fields are
 * guarded by this object's monitor; the listener is told without it, in order.
 */
final class ChannelListening implements Listening, LinkKeeper.Work, RedisDelivery.Owner {

  private static final Logger log = LoggerFactory.getLogger(ChannelListening.class);
  private static final int MAX_WAITING = 10_000;
  private static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;

  private final ListenRequest request;
  private final String channel;
  private final Parts parts;
  private final LinkKeeper keeper;
  private final StateTeller teller;
  private final LogLimit limit = new LogLimit();
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private final Set<RedisDelivery> open = new HashSet<>();
  private long waitingBytes;
  private boolean subscribed;
  private boolean paused;
  private boolean stopped;

  ChannelListening(ListenRequest request, Parts parts, DeliveryListener listener) {
    this.request = request;
    this.channel = Keys.channel(request.source().name());
    this.parts = parts;
    this.teller = new StateTeller(listener);
    this.keeper =
        new LinkKeeper(
            lost ->
                parts
                    .links()
                    .subscribe(new Links.Subscription(channel, false), new Messages(), lost),
            parts.scheduler(),
            parts.settings(),
            this);
  }

  void start() {
    keeper.start();
  }

  private final class Messages extends RedisPubSubAdapter<String, byte[]> {
    @Override
    public void message(String from, byte[] payload) {
      received(payload);
    }
  }

  private void received(byte[] payload) {
    synchronized (this) {
      if (stopped || paused) {
        return; // nobody is subscribed then, as far as senders can tell
      }
      if (waiting.size() >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES) {
        if (limit.allows()) {
          log.warn("Messages of channel \"{}\" are lost: its handler is too slow", channel);
        }
        return;
      }
      waiting.add(payload);
      waitingBytes += payload.length;
    }
    deliver();
  }

  private void deliver() {
    synchronized (this) {
      while (!waiting.isEmpty() && open.size() < request.prefetch() && !paused && !stopped) {
        byte[] payload = waiting.remove();
        waitingBytes -= payload.length;
        WireMessage message = Envelope.read(payload);
        RedisDelivery delivery =
            new RedisDelivery(
                this,
                "",
                message,
                new StreamMessage<>(channel, "0-0", Map.of(Fields.DATA, payload)),
                1,
                null,
                parts.scheduler().nanoTime());
        open.add(delivery);
        teller.add(delivery);
      }
    }
    teller.tell();
  }

  @Override
  public void up(Link link) {
    synchronized (this) {
      subscribed = true;
      if (!paused && !stopped) {
        teller.add(State.CONSUMING, null);
      }
    }
    teller.tell();
    Fitness.watch(link, keeper, parts.scheduler(), parts.settings().heartbeat());
  }

  @Override
  public void down(Throwable why) {
    synchronized (this) {
      subscribed = false;
      if (!paused && !stopped) {
        String text = "not subscribed to \"" + channel + "\": " + RedisErrors.describe(why);
        teller.add(State.RECOVERING, new TransportException(text, why));
      }
    }
    teller.tell();
  }

  /**
   * A dead letter that nobody takes, or that is no text, is lost as any message here is: kept, it
   * would take the place of those to come.
   */
  @Override
  public void send(Outgoing out, boolean dead, SendListener told) {
    parts.sender().sendOutput(out, request.source().name(), dead, dead ? anyhow(told) : told);
  }

  private SendListener anyhow(SendListener told) {
    return result -> {
      if (!result.confirmed()) {
        log.debug("A dead letter of channel \"{}\" is lost: {}", channel, result.reason());
      }
      told.completed(SendResult.CONFIRMED);
    };
  }

  /** Nobody keeps the message: a retry is delivered from here, and what is handed back is gone. */
  @Override
  public void settle(RedisDelivery delivery, Settlement settlement, SettleListener told) {
    synchronized (this) {
      open.remove(delivery);
    }
    if (settlement.outcome() == Settlement.Outcome.RETRY) {
      again(delivery, settlement.attempt(), settlement.delay());
    }
    told.completed(SettleResult.SETTLED);
    deliver();
  }

  private void again(RedisDelivery delivery, int attempt, Duration delay) {
    parts.scheduler().schedule(delay, () -> again(delivery, attempt));
  }

  private void again(RedisDelivery last, int attempt) {
    RedisDelivery next =
        new RedisDelivery(
            this,
            "",
            last.message(),
            last.nativeMessage(),
            attempt,
            null,
            parts.scheduler().nanoTime());
    synchronized (this) {
      if (stopped) {
        return;
      }
      if (open.size() >= request.prefetch()) {
        again(last, attempt, parts.settings().checkInterval());
        return;
      }
      open.add(next);
      teller.add(next);
    }
    teller.tell();
  }

  @Override
  public void pause() {
    synchronized (this) {
      paused = true;
      if (!stopped) {
        teller.add(State.PAUSED, null);
      }
    }
    teller.tell();
  }

  @Override
  public void resume() {
    synchronized (this) {
      paused = false;
      if (!stopped && subscribed) {
        teller.add(State.CONSUMING, null);
      }
    }
    teller.tell();
    deliver();
  }

  @Override
  public CompletionStage<Void> stop() {
    synchronized (this) {
      stopped = true;
      waiting.clear();
      teller.add(State.STOPPED, null);
    }
    teller.tell();
    parts.leaves(keeper.close());
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {
    stop();
    parts.listenings().remove(this);
    synchronized (this) {
      open.forEach(RedisDelivery::lose);
      open.clear();
    }
  }
}
