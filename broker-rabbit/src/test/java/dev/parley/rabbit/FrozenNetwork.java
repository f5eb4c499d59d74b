package dev.parley.rabbit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a broker that can fall silent without closing a connection. */
final class FrozenNetwork implements AutoCloseable {

  private final URI broker;
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean frozen;

  FrozenNetwork(String brokerUrl) throws IOException {
    broker = URI.create(brokerUrl);
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept, "frozen-network-accept");
  }

  String url() {
    return "amqp://" + broker.getRawUserInfo() + "@127.0.0.1:" + server.getLocalPort();
  }

  /** From now on nothing comes through, for good. */
  void freeze() {
    frozen = true;
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket client = server.accept();
        Socket target = new Socket(broker.getHost(), broker.getPort());
        sockets.add(client);
        sockets.add(target);
        start(() -> pump(client, target), "frozen-network-out");
        start(() -> pump(target, client), "frozen-network-in");
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8_192];
    try {
      for (int count = from.getInputStream().read(buffer);
          count >= 0 && !frozen;
          count = from.getInputStream().read(buffer)) {
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // closed
    }
    if (!frozen) {
      close(from);
      close(to);
    }
  }

  private static void start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // it is closed either way
    }
  }

  @Override
  public void close() {
    close(server);
    sockets.forEach(FrozenNetwork::close);
  }
}
