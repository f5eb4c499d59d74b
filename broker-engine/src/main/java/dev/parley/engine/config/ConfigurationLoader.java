package dev.parley.engine.config;

import dev.parley.Configuration;
import dev.parley.Configuration.Entry;
import dev.parley.ConfigurationException;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads all sources of settings; see {@link Configuration} for their order. Of two files in one
 * place {@code parley.yaml} wins. Values may refer to other keys, <code>${key:default}</code>.
 */
public final class ConfigurationLoader {

  /**
   * Where settings come from.
   *
   * @param workingDirectory the folder with files that win over those of the class path
   * @param environment all variables; those that begin with {@code PARLEY_} are read
   * @param systemProperties all of them; those of the Java platform are left out
   * @param classLoader what finds the files of the class path
   */
  record Surroundings(
      Path workingDirectory,
      Map<String, String> environment,
      Properties systemProperties,
      ClassLoader classLoader) {

    static Surroundings ofThisProcess() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return new Surroundings(
          Path.of(""),
          System.getenv(),
          System.getProperties(),
          context == null ? ConfigurationLoader.class.getClassLoader() : context);
    }
  }

  private ConfigurationLoader() {}

  /**
   * The configuration of this process, with the arguments of {@code main}.
   *
   * @throws ConfigurationException with everything that cannot be read
   */
  public static Configuration load(List<String> arguments) {
    return load(arguments, Surroundings.ofThisProcess());
  }

  static Configuration load(List<String> arguments, Surroundings surroundings) {
    List<String> problems = new ArrayList<>();
    List<Layer> layers = new ArrayList<>();
    ConfigurationFile.onClassPath(surroundings.classLoader(), layers, problems);
    ConfigurationFile.inFolder(surroundings.workingDirectory(), layers, problems);
    int belowTheEnvironment = layers.size();
    layers.add(
        new Layer(SystemProperties.SOURCE, SystemProperties.own(surroundings.systemProperties())));
    layers.add(new Layer("command line", CommandLine.parse(arguments, problems)));
    layers.add(belowTheEnvironment, environment(surroundings.environment(), keysOf(layers)));

    Map<String, Entry> expanded = expand(merge(layers), problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return Configuration.ofEntries(expanded);
  }

  private static Set<String> keysOf(List<Layer> layers) {
    return layers.stream()
        .flatMap(layer -> layer.values().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Each variable under the keys that other sources spell out, else under its own with dots. */
  private static Layer environment(Map<String, String> variables, Set<String> keys) {
    Map<String, List<String>> spelledOut =
        keys.stream().collect(Collectors.groupingBy(EnvironmentNames::variable));
    Map<String, String> values = new TreeMap<>();
    variables.forEach(
        (name, value) -> {
          if (name.startsWith(EnvironmentNames.PREFIX)
              && name.length() > EnvironmentNames.PREFIX.length()) {
            spelledOut
                .getOrDefault(name, List.of(EnvironmentNames.dotted(name)))
                .forEach(key -> values.put(key, value));
          }
        });
    return new Layer(EnvironmentNames.SOURCE, values);
  }

  private static Map<String, Entry> merge(List<Layer> layers) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      builder.withSources(new PropertiesConfigSource(layer.values(), layer.name(), i));
    }
    SmallRyeConfig merged = builder.build();
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String key : keysOf(layers)) {
      ConfigValue value = merged.getConfigValue(key);
      String layer = layers.get(value.getConfigSourceOrdinal()).name();
      entries.put(key, new Entry(value.getRawValue(), source(key, layer)));
    }
    return entries;
  }

  private static String source(String key, String layer) {
    return switch (layer) {
      case EnvironmentNames.SOURCE -> EnvironmentNames.SOURCE + EnvironmentNames.variable(key);
      case SystemProperties.SOURCE -> SystemProperties.SOURCE + " " + key;
      default -> layer;
    };
  }

  /**
   * System properties may belong to anybody in this JVM and mean something else by the same signs:
   * what cannot be replaced there is kept, and is a mistake only when it is used.
   */
  private static Map<String, Entry> expand(Map<String, Entry> raw, List<String> problems) {
    Expander expander = new Expander(new Entries(raw), entry -> true);
    Map<String, Entry> expanded = new LinkedHashMap<>();
    raw.forEach(
        (key, entry) -> {
          try {
            expanded.put(key, new Entry(expander.expandValue(key, entry), entry.source()));
          } catch (IllegalArgumentException e) {
            if (entry.source().startsWith(SystemProperties.SOURCE)) {
              expanded.put(key, entry);
            } else {
              problems.add("%s (%s): %s".formatted(key, entry.source(), e.getMessage()));
            }
          }
        });
    return expanded;
  }
}
