package dev.parley.conformance;

import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.MESSAGE_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;

import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.InboxListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The foreign client of a broker that has no protocol of its own, such as one inside this JVM: it
 * speaks to the transport's interface, below everything the engine adds.
 */
public final class TransportClient implements ForeignClient {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final TransportUnderTest opened;
  private final Map<String, BlockingQueue<RawMessage>> replies = new ConcurrentHashMap<>();

  private TransportClient(TransportUnderTest opened) {
    this.opened = opened;
  }

  /** A client of the broker at that URL. */
  public static TransportClient connect(String url) {
    return new TransportClient(TransportUnderTest.open(url));
  }

  @Override
  public void declare(String queue) {
    await(opened.transport().declare(Source.queue(queue), List.of()));
  }

  @Override
  public void send(String address, RawMessage message) {
    Map<String, String> headers = new LinkedHashMap<>();
    message.headers().forEach((name, value) -> headers.put(name, String.valueOf(value)));
    String replyTo = message.property(REPLY_TO);
    WireMessage wire =
        new WireMessage(
            message.body(),
            message.property(CONTENT_TYPE),
            message.property(MESSAGE_ID),
            message.property(CORRELATION_ID),
            replyTo == null ? null : Address.reply(replyTo),
            headers);
    SendResult result = send(Address.queue(address), wire);
    if (result.status() == SendResult.Status.UNROUTABLE) {
      result = send(Address.reply(address), wire);
    }
    if (!result.confirmed()) {
      throw new IllegalStateException("Not sent to " + address + ": " + result);
    }
  }

  private SendResult send(Address address, WireMessage message) {
    CompletableFuture<SendResult> outcome = new CompletableFuture<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    opened.transport().send(Outgoing.persistent(address, message, deadline), outcome::complete);
    return await(outcome);
  }

  @Override
  public @Nullable RawMessage receive(String address, Duration limit) {
    BlockingQueue<RawMessage> inbox = replies.get(address);
    if (inbox == null) {
      return takeFromQueue(address, limit);
    }
    try {
      return inbox.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private @Nullable RawMessage takeFromQueue(String queue, Duration limit) {
    BlockingQueue<Delivery> first = new LinkedBlockingQueue<>();
    Listening listening =
        opened
            .transport()
            .listen(new ListenRequest(Source.queue(queue), 1, LIMIT, List.of()), new Taking(first));
    try {
      Delivery delivery = first.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (delivery == null) {
        return null;
      }
      await(listening.stop()); // so that settling this one does not fetch the next
      CompletableFuture<SettleResult> settled = new CompletableFuture<>();
      delivery.settle(Settlement.DONE, List.of(), settled::complete);
      if (!await(settled).settled()) {
        throw new IllegalStateException("Not settled: " + delivery);
      }
      return raw(delivery.message());
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      listening.close();
    }
  }

  @Override
  public String openReplies() {
    BlockingQueue<RawMessage> received = new LinkedBlockingQueue<>();
    CompletableFuture<Address> ready = new CompletableFuture<>();
    opened.transport().openInbox(new Collecting(ready, received));
    String address = await(ready).name();
    replies.put(address, received);
    return address;
  }

  @Override
  public boolean exists(String address) {
    return await(opened.transport().probe(Address.queue(address))) != Presence.ABSENT
        || await(opened.transport().probe(Address.reply(address))) != Presence.ABSENT;
  }

  @Override
  public int longestCorrelationId() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    opened.close();
  }

  private static RawMessage raw(WireMessage wire) {
    Address replyTo = wire.replyTo();
    RawMessage raw =
        RawMessage.of(wire.body())
            .with(CONTENT_TYPE, wire.contentType())
            .with(MESSAGE_ID, wire.messageId())
            .with(CORRELATION_ID, wire.correlationId())
            .with(REPLY_TO, replyTo == null ? null : replyTo.name());
    for (Map.Entry<String, String> header : wire.headers().entrySet()) {
      raw = raw.header(header.getKey(), header.getValue());
    }
    return raw;
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The broker did not obey", e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting for the broker", e);
  }

  private record Taking(BlockingQueue<Delivery> first) implements DeliveryListener {
    @Override
    public void delivered(Delivery delivery) {
      first.add(delivery);
    }

    @Override
    public void changed(State state, @Nullable Throwable error) {}
  }

  private record Collecting(CompletableFuture<Address> opened, BlockingQueue<RawMessage> received)
      implements InboxListener {
    @Override
    public void ready(Address address) {
      opened.complete(address);
    }

    @Override
    public void gone(String reason) {}

    @Override
    public void received(WireMessage message) {
      received.add(raw(message));
    }
  }
}
