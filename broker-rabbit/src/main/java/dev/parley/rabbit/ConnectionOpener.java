package dev.parley.rabbit;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import java.io.IOException;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections of one purpose, trying the hosts in random order.
 *
 * <p>The client library's recovery is off: this transport knows better what to restore. Callbacks
 * run on the connection's own I/O thread, without a hop to another one: none of ours ever blocks.
 *
 * <p>{@link #open} is called by one thread; {@link #abort} by any.
 */
final class ConnectionOpener {

  private static final Logger log = LoggerFactory.getLogger(ConnectionOpener.class);

  private final RabbitUrl url;
  private final RabbitSettings settings;
  private final String name;
  private final ThreadFactory threads;
  private volatile AtomicReference<@Nullable Socket> newest = new AtomicReference<>();

  ConnectionOpener(RabbitUrl url, RabbitSettings settings, String name, ThreadFactory threads) {
    this.url = url;
    this.settings = settings;
    this.name = name;
    this.threads = threads;
  }

  /** Connects to the first host that answers; the error is the last host's. */
  OpenConnection open() throws IOException, TimeoutException {
    List<RabbitUrl.Host> hosts = new ArrayList<>(url.hosts());
    Collections.shuffle(hosts);
    AtomicReference<@Nullable Socket> own = new AtomicReference<>();
    newest = own;
    ConnectionFactory factory = factory(own);
    List<Address> addresses =
        hosts.stream().map(host -> new Address(host.name(), host.port())).toList();
    Connection connection = factory.newConnection(DirectExecutor.INSTANCE, addresses, name);
    return new OpenConnection(connection, own, threads);
  }

  /** Makes an {@link #open} that is under way fail at once, or breaks what it has opened last. */
  void abort() {
    OpenConnection.closeHard(newest.get());
  }

  private ConnectionFactory factory(AtomicReference<@Nullable Socket> own) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUsername(url.user());
    factory.setPassword(url.password());
    factory.setVirtualHost(url.virtualHost());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat(settings.requestedHeartbeatSeconds());
    int connectMillis = (int) Math.min(Integer.MAX_VALUE / 2, settings.connectTimeout().toMillis());
    factory.setConnectionTimeout(connectMillis);
    factory.setHandshakeTimeout(connectMillis * 2); // the library halves it for each step
    factory.setChannelRpcTimeout(
        (int) Math.min(Integer.MAX_VALUE, settings.rpcTimeout().toMillis()));
    factory.setThreadFactory(threads);
    // A body over the library's limit would cost the connection, again and again; RabbitMQ has a
    // limit of its own, and what is too big for the application the engine rejects one by one.
    factory.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    factory.setExceptionHandler(new Exceptions(name, own));
    factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator().andThen(own::set));
    if (url.tls()) {
      useTls(factory);
    }
    return factory;
  }

  private static void useTls(ConnectionFactory factory) {
    try {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no default TLS context", e);
    }
  }

  /** Logs without stack traces, and frees threads that are stuck in a dead socket. */
  private static final class Exceptions extends ForgivingExceptionHandler {

    private final String name;
    private final AtomicReference<@Nullable Socket> own;

    Exceptions(String name, AtomicReference<@Nullable Socket> own) {
      this.name = name;
      this.own = own;
    }

    @Override
    public void handleUnexpectedConnectionDriverException(Connection broken, Throwable error) {
      log.debug("{}: {}", name, BrokerErrors.describe(error)); // the keeper tells the user
      // A thread may be writing to the dead socket for ever, holding a lock that the library takes
      // next to tell of the loss.
      OpenConnection.closeHard(own.get());
    }

    @Override
    protected void log(String message, Throwable error) {
      log.warn("{}: {}", name, message, error);
    }
  }
}
