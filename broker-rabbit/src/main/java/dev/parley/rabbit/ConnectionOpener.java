package dev.parley.rabbit;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
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
  private volatile AtomicReference<@Nullable WireSocket> newest = new AtomicReference<>();

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
    AtomicReference<@Nullable WireSocket> own = new AtomicReference<>();
    newest = own;
    ConnectionFactory factory = factory(own);
    List<Address> addresses =
        hosts.stream().map(host -> new Address(host.name(), host.port())).toList();
    Connection connection = factory.newConnection(DirectExecutor.INSTANCE, addresses, name);
    WireSocket socket = own.get();
    if (socket == null) {
      throw new IllegalStateException("connected without a socket");
    }
    return new OpenConnection(connection, socket, threads);
  }

  /** Makes an {@link #open} that is under way fail at once, or breaks what it has opened last. */
  void abort() {
    OpenConnection.closeHard(newest.get());
  }

  /** Where it connects to, for people. */
  @Override
  public String toString() {
    String hosts = String.join(", ", url.hosts().stream().map(RabbitUrl.Host::toString).toList());
    return hosts + ", virtual host \"" + url.virtualHost() + "\", user \"" + url.user() + "\"";
  }

  private ConnectionFactory factory(AtomicReference<@Nullable WireSocket> own) {
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
    factory.setThreadFactory(IoThreads.of(threads));
    // A body over the library's limit would cost the connection, again and again; RabbitMQ has a
    // limit of its own, and what is too big for the application the engine rejects one by one.
    factory.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    factory.setExceptionHandler(new Exceptions(name, own));
    factory.setSocketFactory(new Sockets(url.tls(), own));
    return factory;
  }

  /** Logs without stack traces, and frees threads that are stuck in a dead socket. */
  private static final class Exceptions extends ForgivingExceptionHandler {

    private final String name;
    private final AtomicReference<@Nullable WireSocket> own;

    Exceptions(String name, AtomicReference<@Nullable WireSocket> own) {
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

  /** Makes our own sockets, and remembers the last one. */
  private static final class Sockets extends SocketFactory {

    private final boolean tls;
    private final AtomicReference<@Nullable WireSocket> own;

    Sockets(boolean tls, AtomicReference<@Nullable WireSocket> own) {
      this.tls = tls;
      this.own = own;
    }

    @Override
    public Socket createSocket() throws IOException {
      WireSocket socket = new WireSocket(tls ? tlsSocket() : new Socket());
      own.set(socket);
      return socket;
    }

    /** Trusts what the JVM trusts, and checks the host name as HTTPS does (RFC 2818). */
    private static Socket tlsSocket() throws IOException {
      try {
        SSLSocket socket = (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
      } catch (NoSuchAlgorithmException e) {
        throw new IOException("this JVM has no default TLS context", e);
      }
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw unsupported();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
      throw unsupported();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw unsupported();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
      throw unsupported();
    }

    private static UnsupportedOperationException unsupported() {
      return new UnsupportedOperationException("the client library connects its sockets itself");
    }
  }
}
