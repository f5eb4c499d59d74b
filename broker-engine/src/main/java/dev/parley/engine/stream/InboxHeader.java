package dev.parley.engine.stream;

import dev.parley.spi.Address;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * A private address in a header: its name, and behind the last {@code #} its part if it has one. A
 * name that has a {@code #} itself always has another one behind it.
 */
final class InboxHeader {

  private static final int LONGEST = 1_000;

  private InboxHeader() {}

  static String write(Address address) {
    String part = address.part();
    return part == null && address.name().indexOf('#') < 0
        ? address.name()
        : address.name() + "#" + (part == null ? "" : part);
  }

  /** The address of the message's sender; null when it tells none. */
  static @Nullable Address read(WireMessage message) {
    String text = message.header(WireHeaders.INBOX);
    if (text == null || text.isEmpty() || text.length() > LONGEST) {
      return null;
    }
    int hash = text.lastIndexOf('#');
    if (hash < 0) {
      return Address.reply(text);
    }
    String name = text.substring(0, hash);
    String part = text.substring(hash + 1);
    return part.isEmpty() ? Address.reply(name) : Address.reply(name, part);
  }
}
