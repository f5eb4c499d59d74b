package dev.parley.faults;

import dev.parley.memory.MemoryBroker;
import java.util.List;
import java.util.Map;

/** The in-memory broker, where nothing can be killed and connections can be cut all the same. */
final class MemorySite implements Site {

  private final MemoryBroker broker = MemoryBroker.create();

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Map<String, String> callerSettings() {
    return Quick.settings(broker.url());
  }

  @Override
  public Map<String, String> serverSettings() {
    return Quick.settings(broker.url());
  }

  @Override
  public Map<String, String> directSettings() {
    return Quick.settings(broker.url());
  }

  @Override
  public boolean holdsMessagesHere() {
    return true;
  }

  @Override
  public List<Breakage> breakages() {
    return List.of(
        Breakage.of("nothing", scene -> {}),
        Breakage.of("connections cut", scene -> broker.faults().cut()),
        Breakage.of(
            "connections cut again and again",
            scene -> {
              for (int i = 0; i < 20; i++) {
                broker.faults().cut();
                Thread.sleep(scene.random().nextInt(50)); // up for a random while
              }
            }),
        Breakage.of(
            "confirms held",
            scene -> broker.faults().holdConfirms(),
            scene -> broker.faults().releaseConfirms()));
  }

  @Override
  public List<String> unsettled(Names names) {
    return broker.held().stream()
        .filter(held -> held.source().name().startsWith(names.prefix()) && held.messages() > 0)
        .map(held -> held.messages() + " messages in " + held.source())
        .toList();
  }

  @Override
  public List<String> left() {
    return broker.held().stream()
        .filter(MemoryBroker.Held::consumed)
        .map(held -> "a consumer of " + held.source())
        .toList();
  }

  @Override
  public void reset(Names names) {
    broker.faults().clear();
  }

  @Override
  public void close() {
    broker.close();
  }
}
