package dev.parley.engine.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Keeps passwords out of messages. What is in doubt is masked. Stateless. */
public final class Secrets {

  private static final String MASK = "***";
  private static final int LONGEST = 200;

  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "passw|passphrase|pwd|secret|token|credential|private|key-material|jaas"
              + "|(?:^|[._-])(?<!routing-|partition-)key$");

  private static final Pattern WORD = Pattern.compile("[^\\s\"'<>]+");
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://");

  private static final String HOST =
      "(?:[^:@,]*(?::[^:@,]*)?@)?(?:[^:@,\\[\\]]*|\\[[^\\]]*])(?::\\d*)?";

  /** A well-formed authority: hosts, each with or without user and password. */
  private static final Pattern HOSTS = Pattern.compile(HOST + "(?:," + HOST + ")*");

  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile(
          "(?i)([?&;][^=&;]*(?:passw(?:or)?d|passphrase|secret|token|credential|pwd)[^=&;]*=)[^&;#\\s]*");

  private Secrets() {}

  /** Whether the value of that key is likely to be secret. */
  public static boolean isSecret(String key) {
    return SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  /**
   * A value for a message: {@code ***} for a secret key, else with the passwords of URLs masked.
   */
  public static String mask(String key, String value) {
    return isSecret(key) ? MASK : shorten(maskUrl(value));
  }

  /**
   * The text with the passwords of all URLs in it masked, {@code amqp://user:***@host}; also where
   * the URL is malformed, and in query parameters named like passwords.
   */
  public static String maskUrl(String url) {
    if (url.indexOf('@') < 0 && url.indexOf('=') < 0) {
      return url;
    }
    return WORD.matcher(url)
        .replaceAll(word -> Matcher.quoteReplacement(maskParameters(maskUser(word.group()))));
  }

  /** At most 200 characters. */
  static String shorten(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  private static String maskParameters(String word) {
    return PASSWORD_PARAMETER.matcher(word).replaceAll("$1" + Matcher.quoteReplacement(MASK));
  }

  private static String maskUser(String word) {
    int at = word.lastIndexOf('@');
    if (at < 0) {
      return word;
    }
    Matcher scheme = SCHEME.matcher(word);
    int start = scheme.find() ? scheme.end() : 0;
    int end = endOfAuthority(word, start);
    String authority = word.substring(start, end);
    if (at < end && HOSTS.matcher(authority).matches()) {
      return word.substring(0, start)
          + maskHosts(authority, word.startsWith("redis"))
          + word.substring(end);
    }
    // Malformed, as a password with '/' or '@' makes it: all that may belong to the password.
    int colon = word.indexOf(':', start);
    return colon < 0 || colon > at
        ? word
        : word.substring(0, colon + 1) + MASK + word.substring(at);
  }

  private static String maskHosts(String authority, boolean userIsPassword) {
    return Arrays.stream(authority.split(",", -1))
        .map(host -> maskHost(host, userIsPassword))
        .collect(Collectors.joining(","));
  }

  /** Lettuce takes {@code redis://word@host} for a password without a user. */
  private static String maskHost(String host, boolean userIsPassword) {
    int at = host.indexOf('@');
    int colon = host.indexOf(':');
    if (at < 0) {
      return host;
    }
    if (colon >= 0 && colon < at) {
      return host.substring(0, colon + 1) + MASK + host.substring(at);
    }
    return userIsPassword ? MASK + host.substring(at) : host;
  }

  private static int endOfAuthority(String word, int start) {
    int end = start;
    while (end < word.length() && "/?#".indexOf(word.charAt(end)) < 0) {
      end++;
    }
    return end;
  }
}
