package dev.parley.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes between clients and a server on this machine, as badly as it is told to: silent,
 * slow, in crumbs, cut in the middle of something, or not at all.
 *
 * <p>One daemon thread accepts and two serve each connection; all end with {@link #close}. Any
 * thread may call it.
 */
public final class Relay implements AutoCloseable {

  private static final int CONNECT_MILLIS = 5_000;
  private static final int BACKLOG = 50;

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Tear> tear = new AtomicReference<>();
  private volatile Passage passage = Passage.OPEN;

  /** The two ways through a connection. */
  public enum Direction {
    TO_SERVER,
    TO_CLIENT
  }

  /** How bytes pass, or do not. */
  public enum Passage {
    /** As they come. */
    OPEN,
    /** In crumbs of a few bytes, each a packet of its own. */
    CRUMBS,
    /** At some twenty kilobytes a second. */
    SLOW,
    /** Swallowed, while every connection stays open: a network that fell silent. */
    SILENT,
    /** Connections are reset, and new ones too. */
    CLOSED
  }

  private Relay(ServerSocket listener, InetSocketAddress server) {
    this.listener = listener;
    this.server = server;
  }

  /** A relay on a free port of the loopback interface. */
  public static Relay to(String host, int port) {
    return at(0, host, port);
  }

  /** A relay on that port of the loopback interface, where the server says that it is. */
  public static Relay at(int at, String host, int port) {
    try {
      ServerSocket listener = new ServerSocket(at, BACKLOG, InetAddress.getLoopbackAddress());
      Relay relay = new Relay(listener, new InetSocketAddress(host, port));
      relay.start("accept", relay::accept);
      return relay;
    } catch (IOException e) {
      throw new IllegalStateException("No relay to " + host + ":" + port, e);
    }
  }

  /** Where clients find it. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Passes bytes like that from now on; connections that are open stay so, if that way is open. */
  public void pass(Passage changed) {
    passage = changed;
    if (changed == Passage.CLOSED) {
      cut();
    }
  }

  /** Swallows everything. */
  public void silence() {
    pass(Passage.SILENT);
  }

  /** Passes everything again, on new connections. */
  public void restore() {
    tear.set(null);
    cut(); // first, so that no half of what was swallowed is followed by the other half
    passage = Passage.OPEN;
  }

  /** Resets every connection that is open. */
  public void cut() {
    sockets.forEach(Relay::reset);
    sockets.clear();
  }

  /** Resets one connection at that place, once; it replaces a tear that has not happened. */
  public void tear(Tear place) {
    tear.set(place);
  }

  /** Whether a tear was asked for and its place has not come by. */
  public boolean isTearAhead() {
    return tear.get() != null;
  }

  /** How many connections there are to the server. */
  public int connections() {
    return sockets.size() / 2;
  }

  @Override
  public void close() {
    quietly(listener);
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        welcome(listener.accept());
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new IllegalStateException("The relay cannot accept", e);
        }
      }
    }
  }

  private void welcome(Socket client) throws IOException {
    client.setTcpNoDelay(true);
    sockets.add(client);
    switch (passage) {
      case CLOSED -> drop(client);
      case SILENT -> {} // it is open, and nothing comes of it
      default -> connect(client);
    }
  }

  private void connect(Socket client) {
    Socket upstream = new Socket();
    sockets.add(upstream);
    try {
      upstream.setTcpNoDelay(true);
      upstream.connect(server, CONNECT_MILLIS);
    } catch (IOException e) { // the client sees a closed connection, as without a relay
      drop(client);
      drop(upstream);
      return;
    }
    start("to-server", () -> pass(client, upstream, Direction.TO_SERVER));
    start("to-client", () -> pass(upstream, client, Direction.TO_CLIENT));
  }

  private void pass(Socket from, Socket to, Direction direction) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      Pipe pipe = new Pipe(to.getOutputStream());
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        int passing = untilTorn(direction, buffer, count);
        pipe.write(passage, buffer, passing < 0 ? count : passing);
        if (passing >= 0) {
          reset(from);
          reset(to);
        }
      }
    } catch (IOException e) {
      return; // one side is gone, and the other follows
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** How many bytes pass before the connection is torn; negative when it is not. */
  private int untilTorn(Direction direction, byte[] bytes, int count) {
    Tear place = tear.get();
    if (place == null || place.direction() != direction) {
      return -1;
    }
    int passing = place.passing(bytes, count);
    return passing >= 0 && tear.compareAndSet(place, null) ? passing : -1;
  }

  private void drop(Socket socket) {
    sockets.remove(socket);
    reset(socket);
  }

  private static void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0); // a reset instead of an orderly end
      }
    } catch (IOException closedMeanwhile) {
      return;
    } finally {
      quietly(socket);
    }
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
