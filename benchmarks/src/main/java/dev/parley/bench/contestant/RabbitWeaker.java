package dev.parley.bench.contestant;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;

/**
 * The amqp-client by hand with weaker guarantees: direct reply-to, nothing is confirmed, a request
 * is acknowledged as soon as its reply is written. Calls only.
 */
public final class RabbitWeaker implements Contestant {
  private static final String DIRECT = "amq.rabbitmq.reply-to";

  private final Connection server;
  private final Connection client;

  /** Connects to that broker. */
  public RabbitWeaker(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    server = factory.newConnection("weaker-server");
    client = factory.newConnection("weaker-client");
  }

  @Override
  public void declare(String queue) throws Exception {
    try (Channel channel = client.createChannel()) {
      channel.queueDeclare(queue, true, false, false, null);
    }
  }

  @Override
  public void serve(String queue, Work work) throws Exception {
    Channel channel = server.createChannel();
    channel.basicQos(256);
    channel.basicConsume(
        queue,
        false,
        (tag, request) -> {
          BasicProperties properties = request.getProperties();
          BasicProperties reply =
              new BasicProperties.Builder().correlationId(properties.getCorrelationId()).build();
          byte[] body = work.handle(request.getBody());
          channel.basicPublish("", properties.getReplyTo(), reply, body);
          channel.basicAck(request.getEnvelope().getDeliveryTag(), false);
        },
        tag -> {});
  }

  @Override
  public Caller caller(String queue, Work work) throws Exception {
    PendingCalls calls = new PendingCalls(work);
    Channel channel = client.createChannel();
    channel.basicConsume(
        DIRECT,
        true,
        (tag, reply) -> calls.replied(reply.getProperties().getCorrelationId(), reply.getBody()),
        tag -> {});
    PendingCalls.Sending sending =
        (id, body, reply) -> {
          BasicProperties request =
              new BasicProperties.Builder().correlationId(id).replyTo(DIRECT).build();
          synchronized (channel) { // a channel is not to be shared without a lock
            channel.basicPublish("", queue, request, body);
          }
        };
    return new CallerByHand(calls, sending);
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
