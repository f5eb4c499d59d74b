package dev.parley.rabbit;

import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.WireMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What came to an inbox. */
final class Mailbox implements InboxListener {

  final List<Address> addresses = new CopyOnWriteArrayList<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<String> bodies = new CopyOnWriteArrayList<>();
  Inbox inbox;

  @Override
  public void ready(Address address) {
    addresses.add(address);
    events.add("ready");
  }

  @Override
  public void gone(String reason) {
    events.add("gone");
  }

  @Override
  public void received(WireMessage message) {
    bodies.add(TestClient.body(message));
  }

  Address address() {
    return addresses.get(addresses.size() - 1);
  }
}
