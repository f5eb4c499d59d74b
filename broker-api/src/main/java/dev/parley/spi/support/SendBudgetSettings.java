package dev.parley.spi.support;

import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import java.util.List;
import java.util.function.Supplier;

/**
 * The two settings of a {@link SendBudget}, the same for every transport but for its name.
 * Immutable.
 */
public final class SendBudgetSettings {

  private final String transport;
  private final Setting<Integer> messages;
  private final Setting<Integer> bytes;

  /** {@code TRANSPORT.publish.buffer} and {@code TRANSPORT.publish.buffer-bytes}. */
  public SendBudgetSettings(String transport) {
    this.transport = transport;
    this.messages =
        Setting.integer(
            transport + ".publish.buffer",
            65_536,
            1,
            10_000_000,
            "How many messages may wait to be written or confirmed; more are refused.");
    this.bytes =
        Setting.integer(
            transport + ".publish.buffer-bytes",
            256 * 1024 * 1024,
            1,
            Integer.MAX_VALUE,
            "How many bytes of message bodies may wait to be written or confirmed; more are"
                + " refused. One message is always taken.");
  }

  /** Both, for the list of what can be configured. */
  public List<Setting<?>> all() {
    return List.of(messages, bytes);
  }

  /** Makes a budget for each owner. */
  public Supplier<SendBudget> read(Settings settings) {
    int maxMessages = settings.get(messages);
    int maxBytes = settings.get(bytes);
    return () -> new SendBudget(transport, maxMessages, maxBytes);
  }
}
