package dev.parley.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes channels. Both wait for RabbitMQ's answer. */
final class Channels {

  private static final Logger log = LoggerFactory.getLogger(Channels.class);

  private Channels() {}

  /** One command, or some. */
  interface Command {
    void run() throws IOException;
  }

  /** Gives a command; that the channel is closed is an {@link IOException} as any other. */
  static void call(Command command) throws IOException {
    try {
      command.run();
    } catch (ShutdownSignalException e) {
      throw new IOException(e);
    }
  }

  /** A new channel; fails when the connection is closed or has as many as it may. */
  static Channel open(Connection connection) throws IOException {
    Channel channel;
    try {
      channel = connection.createChannel();
    } catch (ShutdownSignalException e) {
      throw new IOException(e);
    }
    if (channel == null) {
      throw new IOException(
          "the connection already has as many channels as RabbitMQ allows: "
              + connection.getChannelMax());
    }
    return channel;
  }

  /** Closes a channel if it is open, whatever state it is in. */
  static void abort(@Nullable Channel channel) {
    if (channel == null || !channel.isOpen()) {
      return;
    }
    try {
      channel.abort();
    } catch (IOException | ShutdownSignalException e) {
      log.debug("closing a channel failed", e);
    }
  }
}
