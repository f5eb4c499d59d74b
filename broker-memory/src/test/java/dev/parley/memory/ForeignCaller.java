package dev.parley.memory;

import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A caller that sends and receives messages, and knows nothing of streams but their end. */
final class ForeignCaller implements AutoCloseable, InboxListener {

  private final TestClient client;
  private final Inbox inbox;
  private final CompletableFuture<Address> address = new CompletableFuture<>();
  private final BlockingQueue<WireMessage> replies = new LinkedBlockingQueue<>(10_000);

  ForeignCaller(String url) {
    this.client = TestClient.on(url, new SystemScheduler());
    this.inbox = client.transport.openInbox(this);
  }

  /** The bodies of all replies to a request, and the status of the last. */
  List<String> call(String queue, String body, Map<String, String> headers) throws Exception {
    WireMessage request =
        new WireMessage(
            body.getBytes(StandardCharsets.UTF_8), null, null, "c-1", address.get(), headers);
    CompletableFuture<SendResult> sent = new CompletableFuture<>();
    client.transport.send(
        Outgoing.persistent(
            Address.queue(queue), request, System.nanoTime() + TimeUnit.SECONDS.toNanos(5)),
        sent::complete);
    sent.get(5, TimeUnit.SECONDS);
    List<String> bodies = new ArrayList<>();
    while (true) {
      WireMessage reply = replies.poll(5, TimeUnit.SECONDS);
      if (reply == null) {
        return bodies;
      }
      String status = reply.header(WireHeaders.STATUS);
      bodies.add(status == null ? TestClient.body(reply) : status);
      if (status != null) {
        return bodies;
      }
    }
  }

  @Override
  public void ready(Address ready) {
    address.complete(ready);
  }

  @Override
  public void gone(String reason) {}

  @Override
  public void received(WireMessage message) {
    replies.add(message);
  }

  @Override
  public void close() {
    inbox.close();
    client.close();
  }
}
