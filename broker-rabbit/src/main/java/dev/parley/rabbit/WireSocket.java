package dev.parley.rabbit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * The socket of a connection, plain or TLS, with our own streams on the way in and out: {@link
 * HeaderGuard} and {@link BatchingOutput}.
 *
 * <p>It passes on what the client library asks of a socket, and nothing else. Threads as for any
 * socket.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the socket inside has its own locks
final class WireSocket extends Socket {

  private final Socket socket;
  private final BatchingOutput output = new BatchingOutput();

  WireSocket(Socket socket) {
    this.socket = socket;
  }

  /** Where writes of several messages are gathered. */
  BatchingOutput output() {
    return output;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    socket.connect(endpoint, timeout);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new HeaderGuard(socket.getInputStream());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    output.to(socket.getOutputStream());
    return output;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  @Override
  public boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public boolean isConnected() {
    return socket.isConnected();
  }

  @Override
  public InetAddress getInetAddress() {
    return socket.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public int getPort() {
    return socket.getPort();
  }

  @Override
  public int getLocalPort() {
    return socket.getLocalPort();
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    socket.setSoTimeout(timeout);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return socket.getSoTimeout();
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    socket.setSoLinger(on, linger);
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    socket.setTcpNoDelay(on);
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    socket.setKeepAlive(on);
  }
}
