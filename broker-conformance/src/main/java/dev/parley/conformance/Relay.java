package dev.parley.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes bytes between clients and a server on this machine, until it is told to be silent: then it
 * swallows them and leaves every connection open, as a broken network does.
 *
 * <p>One daemon thread accepts and two serve each connection; all end with {@link #close}. Any
 * thread may call it.
 */
final class Relay implements AutoCloseable {

  private static final int CONNECT_MILLIS = 5_000;

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;

  private Relay(ServerSocket listener, InetSocketAddress server) {
    this.listener = listener;
    this.server = server;
  }

  /** A relay on a free port of the loopback interface. */
  static Relay to(String host, int port) {
    return at(0, host, port);
  }

  /** A relay on that port, where the server says that it is. */
  static Relay at(int port, String host, int serverPort) {
    try {
      ServerSocket listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      Relay relay = new Relay(listener, new InetSocketAddress(host, serverPort));
      relay.start("accept", relay::accept);
      return relay;
    } catch (IOException e) {
      throw new IllegalStateException("No relay from " + port + " to " + serverPort, e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Closes what is open; new connections are passed on. */
  void cut() {
    closeAll();
  }

  void silence() {
    silent = true;
  }

  void restore() {
    closeAll(); // first, so that no half of what was swallowed is followed by the other half
    silent = false;
  }

  @Override
  public void close() {
    quietly(listener);
    closeAll();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        if (!silent) {
          connect(client);
        }
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new IllegalStateException("The relay cannot accept", e);
        }
      }
    }
  }

  private void connect(Socket client) {
    Socket upstream = new Socket();
    sockets.add(upstream);
    try {
      upstream.connect(server, CONNECT_MILLIS);
    } catch (IOException e) { // the client sees a closed connection, as without a relay
      quietly(client);
      quietly(upstream);
      return;
    }
    start("to-server", () -> pass(client, upstream));
    start("to-client", () -> pass(upstream, client));
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (!silent) {
          out.write(buffer, 0, count);
        }
      }
    } catch (IOException e) {
      return; // one side is gone, and the other follows
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void closeAll() {
    sockets.forEach(Relay::quietly);
    sockets.clear();
  }

  private static void quietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("A socket does not close", e);
    }
  }

  private void start(String purpose, Runnable task) {
    Thread thread = new Thread(task, "relay-" + listener.getLocalPort() + "-" + purpose);
    thread.setDaemon(true);
    thread.start();
  }
}
