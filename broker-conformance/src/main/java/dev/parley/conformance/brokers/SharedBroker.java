package dev.parley.conformance.brokers;

import java.util.List;
import java.util.Map;

/** A broker that all tests of this JVM use, so that none of them can close it. */
record SharedBroker(RealBroker broker) implements RealBroker {
  @Override
  public String url() {
    return broker.url();
  }

  @Override
  public String servedBy() {
    return broker.servedBy();
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return broker.missing();
  }

  @Override
  public List<KafkaListener> relayed() {
    return broker.relayed();
  }

  @Override
  public void stop() {
    broker.stop();
  }

  @Override
  public void start() {
    broker.start();
  }

  @Override
  public void kill() {
    broker.kill();
  }

  @Override
  public void closeAllConnections() {
    broker.closeAllConnections();
  }

  @Override
  public void blockPublishers() {
    broker.blockPublishers();
  }

  @Override
  public void unblockPublishers() {
    broker.unblockPublishers();
  }

  @Override
  public String ctl(String... arguments) {
    return broker.ctl(arguments);
  }

  @Override
  public void close() {
    // It is closed at the end of the JVM.
  }
}
