package dev.parley.conformance.brokers;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of Redis (RESP 2) on one socket, as {@code redis-cli} speaks it: a client of
 * nobody's make, for tests and for starting servers. Used by one thread at a time.
 */
public final class RedisWire implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONNECT_MILLIS = 5_000;
  private static final int DEFAULT_PORT = 6379;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** An error that the server answered, as in {@code NOGROUP No such key}. */
  public static final class ErrorReply extends IOException {
    private static final long serialVersionUID = 1;

    ErrorReply(String message) {
      super(message);
    }
  }

  private RedisWire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream());
  }

  /** Connects to {@code redis://user:password@host:port}; names the user and the password. */
  public static RedisWire connect(String url) throws IOException {
    URI uri = URI.create(url);
    Socket socket = new Socket();
    try {
      int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
      socket.connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MILLIS);
      socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
      RedisWire wire = new RedisWire(socket);
      wire.authenticate(uri.getUserInfo());
      return wire;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void authenticate(@Nullable String credentials) throws IOException {
    if (credentials == null) {
      return;
    }
    int colon = credentials.indexOf(':');
    String user = colon <= 0 ? "default" : credentials.substring(0, colon);
    call("AUTH", user, credentials.substring(colon + 1));
  }

  /**
   * Sends a command and waits for its answer: text or bytes as {@code byte[]}, numbers as {@code
   * Long}, lists as {@code List}, nothing as null.
   *
   * @param words text, or {@code byte[]}
   */
  public @Nullable Object call(Object... words) throws IOException {
    out.write(ascii("*" + words.length + "\r\n"));
    for (Object word : words) {
      byte[] bytes =
          word instanceof byte[] given ? given : word.toString().getBytes(StandardCharsets.UTF_8);
      out.write(ascii("$" + bytes.length + "\r\n"));
      out.write(bytes);
      out.write(ascii("\r\n"));
    }
    out.flush();
    return read();
  }

  /** Waits for what the server says next, as it does to a subscriber. */
  public @Nullable Object next() throws IOException {
    return read();
  }

  /** As {@link #call}, for an answer that is text or a number. */
  public String text(Object... words) throws IOException {
    return string(requireNonNull(call(words), "the answer"));
  }

  /** What an element of an answer is as text. */
  public static String string(Object element) {
    return element instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : element.toString();
  }

  private @Nullable Object read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest.getBytes(StandardCharsets.UTF_8);
      case '-' -> throw new ErrorReply(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> array(Integer.parseInt(rest));
      default -> throw new IOException("Not an answer of Redis: " + line);
    };
  }

  private byte @Nullable [] bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length || in.readNBytes(2).length < 2) {
      throw new EOFException("The server closed the connection");
    }
    return bytes;
  }

  private @Nullable List<@Nullable Object> array(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      elements.add(read());
    }
    return elements;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("The server closed the connection");
      }
      line.append((char) c);
    }
    if (in.read() != '\n' || line.isEmpty()) {
      throw new IOException("Not an answer of Redis: " + line);
    }
    return line.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Closing a socket to Redis failed", e);
    }
  }
}
