package dev.parley.bench.contestant;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The amqp-client by hand with Parley's guarantees: requests and replies are confirmed, a request
 * is acknowledged after its reply's confirm, replies come by an exclusive queue, and handlers run
 * on the client's consumer threads, which are not its I/O threads.
 */
public final class RabbitByHand implements Contestant {
  private static final int PREFETCH = 256;
  private static final int AHEAD = 256;

  private final ConnectionFactory factory = new ConnectionFactory();
  private final Connection server;
  private final Connection client;

  /** Connects to that broker. */
  public RabbitByHand(String url) throws Exception {
    factory.setUri(url);
    server = factory.newConnection("by-hand-server");
    client = factory.newConnection("by-hand-client");
  }

  @Override
  public void declare(String queue) throws Exception {
    try (Channel channel = client.createChannel()) {
      channel.queueDeclare(queue, true, false, false, null);
    }
  }

  @Override
  public void serve(String queue, Work work) throws Exception {
    Channel requests = server.createChannel();
    requests.basicQos(PREFETCH);
    RabbitConfirms<Long> replies = new RabbitConfirms<>(server, requests::basicAck);
    requests.basicConsume(
        queue,
        false,
        (tag, request) -> {
          BasicProperties properties = request.getProperties();
          replies.publish(
              properties.getReplyTo(),
              new BasicProperties.Builder()
                  .correlationId(properties.getCorrelationId())
                  .deliveryMode(1)
                  .build(),
              work.handle(request.getBody()),
              request.getEnvelope().getDeliveryTag());
        },
        tag -> {});
  }

  @Override
  public Caller caller(String queue, Work work) throws Exception {
    PendingCalls calls = new PendingCalls(work);
    Channel channel = client.createChannel();
    String inbox = channel.queueDeclare("", false, true, true, null).getQueue();
    channel.basicConsume(
        inbox,
        true,
        (tag, reply) -> calls.replied(reply.getProperties().getCorrelationId(), reply.getBody()),
        tag -> {});
    RabbitConfirms<CompletableFuture<Object>> requests =
        new RabbitConfirms<>(client, failUnaccepted());
    PendingCalls.Sending sending =
        (id, body, reply) ->
            requests.publish(
                queue,
                new BasicProperties.Builder()
                    .correlationId(id)
                    .replyTo(inbox)
                    .deliveryMode(1)
                    .expiration("30000")
                    .build(),
                body,
                reply);
    return new CallerByHand(calls, sending);
  }

  private static RabbitConfirms.Listener<CompletableFuture<Object>> failUnaccepted() {
    return new RabbitConfirms.Listener<>() {
      @Override
      public void confirmed(CompletableFuture<Object> last, boolean multiple) {
        // the reply completes it
      }

      @Override
      public void each(CompletableFuture<Object> message, boolean accepted) {
        if (!accepted) {
          message.completeExceptionally(new IOException("refused"));
        }
      }
    };
  }

  @Override
  public Sender sender(String queue) throws Exception {
    RabbitConfirms<CompletableFuture<Object>> messages =
        new RabbitConfirms<>(
            client,
            new RabbitConfirms.Listener<>() {
              @Override
              public void confirmed(CompletableFuture<Object> last, boolean multiple) {
                // told one by one
              }

              @Override
              public void each(CompletableFuture<Object> message, boolean accepted) {
                if (accepted) {
                  message.complete(true);
                } else {
                  message.completeExceptionally(new IOException("refused"));
                }
              }
            });
    BasicProperties persistent = new BasicProperties.Builder().deliveryMode(2).build();
    return body -> {
      CompletableFuture<Object> confirmed = new CompletableFuture<>();
      try {
        messages.publish(queue, persistent, body, confirmed);
      } catch (IOException e) {
        confirmed.completeExceptionally(e);
      }
      return confirmed;
    };
  }

  @Override
  public void consume(String queue, Runnable handled) throws Exception {
    Channel channel = server.createChannel();
    channel.basicQos(PREFETCH);
    channel.basicConsume(
        queue,
        false,
        (tag, message) -> {
          handled.run();
          channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
        },
        tag -> {});
  }

  @Override
  public void serveItems(String queue) throws Exception {
    Semaphore ahead = new Semaphore(AHEAD);
    Channel requests = server.createChannel();
    RabbitConfirms<Boolean> replies =
        new RabbitConfirms<>(
            server,
            new RabbitConfirms.Listener<>() {
              @Override
              public void confirmed(Boolean last, boolean multiple) {
                // told one by one
              }

              @Override
              public void each(Boolean message, boolean accepted) {
                ahead.release();
              }
            });
    requests.basicConsume(
        queue,
        false,
        (tag, request) -> {
          int count = Integer.parseInt(new String(request.getBody(), UTF_8));
          for (int i = 0; i < count; i++) {
            ahead.acquireUninterruptibly();
            byte[] item = Integer.toString(i).getBytes(UTF_8);
            replies.publish(
                request.getProperties().getReplyTo(), new BasicProperties(), item, true);
          }
          requests.basicAck(request.getEnvelope().getDeliveryTag(), false);
        },
        tag -> {});
  }

  @Override
  public Items items(String queue) throws Exception {
    Channel channel = client.createChannel();
    return count -> {
      CountDownLatch all = new CountDownLatch(count);
      String inbox = channel.queueDeclare("", false, true, true, null).getQueue();
      String consumer =
          channel.basicConsume(inbox, true, (tag, item) -> all.countDown(), tag -> {});
      BasicProperties request = new BasicProperties.Builder().replyTo(inbox).build();
      byte[] body = Integer.toString(count).getBytes(UTF_8);
      channel.basicPublish("", queue, request, body);
      if (!all.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(all.getCount() + " items did not come");
      }
      channel.basicCancel(consumer);
    };
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
