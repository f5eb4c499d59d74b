package dev.parley.rabbit;

/** Reads numbers of AMQP 0-9-1, which has them in network byte order. */
final class Wire {

  private Wire() {}

  static int int16(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  static int int32(byte[] bytes, int at) {
    return (int16(bytes, at) << 16) | int16(bytes, at + 2);
  }
}
