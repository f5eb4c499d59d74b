package dev.parley.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** What is done at the server in one step; each touches one key, so that a cluster can do it. */
enum Script {
  DECLARE,
  TAKE,
  HOLD,
  ACKNOWLEDGE,
  RENEW,
  LEAVE,
  FORGET,
  TRIM,
  HERE,
  INBOX,
  ANSWER;

  private final String source;
  private final String digest;

  Script() {
    this.source = load(name().toLowerCase(Locale.ROOT) + ".lua");
    this.digest = sha1(source);
  }

  String source() {
    return source;
  }

  /** What Redis knows it by once it has seen it. */
  String digest() {
    return digest;
  }

  private static String load(String file) {
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("The jar of broker-redis has no " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static String sha1(String text) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // what EVALSHA asks for
      return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-1", e);
    }
  }
}
