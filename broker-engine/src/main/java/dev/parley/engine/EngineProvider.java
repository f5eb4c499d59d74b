package dev.parley.engine;

import dev.parley.Broker;
import dev.parley.BrokerProvider;
import dev.parley.Configuration;
import dev.parley.engine.config.ConfigurationLoader;
import java.util.List;

/** The engine's entry, found by {@link java.util.ServiceLoader}. Stateless. */
public final class EngineProvider implements BrokerProvider {

  /** For {@link java.util.ServiceLoader}. */
  public EngineProvider() {}

  @Override
  public Broker.Builder builder() {
    return new EngineBuilder();
  }

  @Override
  public Configuration load(List<String> arguments) {
    return ConfigurationLoader.load(arguments);
  }
}
