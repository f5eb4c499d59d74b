package dev.parley.redis;

import io.lettuce.core.RedisException;

/** The one server of a cluster that holds a key does not answer now; the others may. */
final class UnreachableException extends RedisException {

  private static final long serialVersionUID = 1;

  UnreachableException(String message) {
    super(message);
  }
}
