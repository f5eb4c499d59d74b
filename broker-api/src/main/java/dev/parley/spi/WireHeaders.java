package dev.parley.spi;

import java.util.Map;

/** The names of the headers that are ours; every one begins with {@value #PREFIX}. */
public final class WireHeaders {

  /** What all our header names begin with. */
  public static final String PREFIX = "parley-";

  /** When the caller stops waiting, in milliseconds since the epoch, by the caller's clock. */
  public static final String DEADLINE = "parley-deadline";

  /** How many milliseconds the caller had left when it sent. */
  public static final String TIMEOUT = "parley-timeout";

  /** When the message was sent, in milliseconds since the epoch, by the sender's clock. */
  public static final String SENT = "parley-sent";

  /** Which attempt this delivery is, from 1. */
  public static final String ATTEMPT = "parley-attempt";

  /** The key whose messages keep their order, where the broker has no standard place for it. */
  public static final String KEY = "parley-key";

  /** Which method of a service is called. */
  public static final String METHOD = "parley-method";

  /** A server's private address, to which the caller of a stream sends its signals and items. */
  public static final String INBOX = "parley-inbox";

  /** What the sender of a frame asks for: {@code CREDIT n}, {@code CANCEL}, {@code PING}. */
  public static final String SIGNAL = "parley-signal";

  /** The place of an item in its stream, from 1. */
  public static final String SEQ = "parley-seq";

  /** Which run of a handler a frame belongs to. */
  public static final String EPOCH = "parley-epoch";

  /** What became of the request when it is not a plain success: a failure code, or END. */
  public static final String STATUS = "parley-status";

  /** Which instance handled the request. */
  public static final String SERVER = "parley-server";

  /**
   * How long the request waited before its handler, in microseconds, as far as the server can know.
   */
  public static final String QUEUED_US = "parley-queued-us";

  /** How long the handler took, in microseconds. */
  public static final String HANDLED_US = "parley-handled-us";

  /** The queue or topic a dead letter comes from. */
  public static final String ORIGIN = "parley-origin";

  /** The group that replies, or that a dead letter comes from. */
  public static final String GROUP = "parley-group";

  /** The failure code of a dead letter. */
  public static final String ERROR = "parley-error";

  /** The type name of the error of a dead letter. */
  public static final String ERROR_TYPE = "parley-error-type";

  /** The message of the error of a dead letter, 1 KiB at most. */
  public static final String ERROR_MESSAGE = "parley-error-message";

  /** How often a dead letter was tried. */
  public static final String ATTEMPTS = "parley-attempts";

  /** When a dead letter failed for the last time, in milliseconds since the epoch. */
  public static final String FAILED_AT = "parley-failed-at";

  private WireHeaders() {}

  /** The attempt these headers tell, from 1; 1 when absent, malformed or out of range. */
  public static int attempt(Map<String, String> headers) {
    String value = headers.get(ATTEMPT);
    if (value == null || value.isEmpty() || value.length() > 9) {
      return 1;
    }
    int attempt = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 1;
      }
      attempt = attempt * 10 + digit;
    }
    return Math.max(1, attempt);
  }
}
