package dev.parley.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/** What a program without any of this would do. */
final class ByHand {

  /** What it does. */
  interface Work {
    void on(Channel channel) throws Exception;
  }

  private ByHand() {}

  static void on(String url, Work work) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      work.on(channel);
    }
  }
}
