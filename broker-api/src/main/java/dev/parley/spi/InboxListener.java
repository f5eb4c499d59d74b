package dev.parley.spi;

/**
 * Receives what comes to an {@link Inbox}; called from the transport's threads, must not block or
 * throw.
 */
public interface InboxListener {

  /**
   * Messages sent to this address from now on are received. Called again, with another address
   * perhaps, after {@link #gone}.
   */
  void ready(Address address);

  /**
   * What was sent to the last address and has not been received is lost. A cut connection alone is
   * not a reason where the broker keeps the messages.
   */
  void gone(String reason);

  /**
   * There is no address, and waiting for one is of no use until somebody changes something, a wrong
   * password say; it goes on trying all the same. Default: nothing is done about it.
   *
   * @param reason for the user, who may have to correct a setting
   */
  default void refused(String reason) {}

  /** A message; it needs no settlement. */
  void received(WireMessage message);
}
