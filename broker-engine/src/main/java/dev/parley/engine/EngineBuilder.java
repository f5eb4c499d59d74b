package dev.parley.engine;

import static java.util.Objects.requireNonNull;

import dev.parley.Broker;
import dev.parley.Codec;
import dev.parley.Configuration;
import dev.parley.ConfigurationException;
import dev.parley.HandleInterceptor;
import dev.parley.PublishInterceptor;
import dev.parley.engine.config.SettingsReader;
import dev.parley.engine.runtime.EngineSettings;
import dev.parley.engine.wire.ErrorRegistry;
import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers what a broker is made of, and checks all of it at once. Not thread-safe. */
final class EngineBuilder implements Broker.Builder {

  private final Map<String, String> overrides = new LinkedHashMap<>();
  private final List<Codec> codecs = new ArrayList<>();
  private final List<PublishInterceptor> publishInterceptors = new ArrayList<>();
  private final List<HandleInterceptor> handleInterceptors = new ArrayList<>();
  private final ErrorRegistry errors = new ErrorRegistry();
  private Configuration configuration = Configuration.of(Map.of());
  private @Nullable Function<TransportContext, Transport> transport;

  @Override
  public Broker.Builder url(String url) {
    return setting(EngineSettings.URL.key(), url);
  }

  @Override
  public Broker.Builder setting(String key, String value) {
    overrides.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
    return this;
  }

  @Override
  public Broker.Builder configuration(Configuration settings) {
    configuration = requireNonNull(settings, "configuration");
    return this;
  }

  @Override
  public Broker.Builder transport(Function<TransportContext, Transport> factory) {
    transport = requireNonNull(factory, "transport");
    return this;
  }

  @Override
  public Broker.Builder codec(Codec codec) {
    codecs.add(requireNonNull(codec, "codec"));
    return this;
  }

  @Override
  public Broker.Builder intercept(PublishInterceptor interceptor) {
    publishInterceptors.add(requireNonNull(interceptor, "interceptor"));
    return this;
  }

  @Override
  public Broker.Builder intercept(HandleInterceptor interceptor) {
    handleInterceptors.add(requireNonNull(interceptor, "interceptor"));
    return this;
  }

  @Override
  public <E extends Exception> Broker.Builder error(
      String name, Class<E> type, Function<String, E> factory) {
    errors.add(name, type, factory);
    return this;
  }

  @Override
  public Broker build() {
    Configuration merged = configuration;
    for (Map.Entry<String, String> override : overrides.entrySet()) {
      merged = merged.with(override.getKey(), override.getValue());
    }
    List<TransportProvider> providers = Transports.all();
    List<String> problems = new ArrayList<>();
    Settings settings = read(merged, providers, problems);
    Function<TransportContext, Transport> factory = transport;
    String transportName = "custom";
    if (factory == null) {
      String url = url(merged, settings);
      TransportProvider provider = url == null ? null : Transports.find(providers, url, problems);
      transportName = provider == null ? "" : provider.name();
      factory = provider == null ? null : provider::create;
    }
    if (settings == null || factory == null || !problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new Assembly(
            merged,
            settings,
            codecs,
            publishInterceptors,
            handleInterceptors,
            errors,
            transportName,
            factory)
        .build();
  }

  /**
   * The URL, read on its own when another setting is wrong: all mistakes are told at once. Null
   * when it is wrong itself, which the problems say already.
   */
  private static @Nullable String url(Configuration merged, @Nullable Settings settings) {
    if (settings != null) {
      return settings.get(EngineSettings.URL);
    }
    try {
      return SettingsReader.read(merged, List.of(EngineSettings.URL), Set.of())
          .get(EngineSettings.URL);
    } catch (ConfigurationException e) {
      return null;
    }
  }

  /**
   * The settings of the engine and of every transport on the class path; null when they have
   * mistakes, which are added.
   */
  private static @Nullable Settings read(
      Configuration merged, List<TransportProvider> providers, List<String> problems) {
    List<Setting<?>> known = new ArrayList<>(EngineSettings.ALL);
    Set<String> prefixes = new HashSet<>(EngineSettings.OWNED_PREFIXES);
    for (TransportProvider provider : providers) {
      known.addAll(provider.settings());
      prefixes.add(provider.name());
    }
    try {
      return SettingsReader.read(merged, known, prefixes);
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
      return null;
    }
  }
}
