package dev.parley.engine.config;

import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file of settings, in UTF-8. What cannot be read is reported with file and line, and never
 * with its text, which may be secret.
 */
final class ConfigurationFile {

  /** The mark that SnakeYAML puts into its messages, which hold the file's text as well. */
  private static final Pattern MARK = Pattern.compile("(?m)^ in .*, line (\\d+), column (\\d+):");

  private static final String NO_KEYS = ": it must be keys with values";

  private static final Pattern LIST_INDEX = Pattern.compile("\\[\\d+]");

  private ConfigurationFile() {}

  /** Both files of a folder, {@code parley.yaml} on top. */
  static void inFolder(Path folder, List<Layer> layers, List<String> problems) {
    for (String name : List.of("parley.properties", "parley.yaml")) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        add(
            name,
            name + " in the working directory",
            () -> Files.newInputStream(file),
            layers,
            problems);
      }
    }
  }

  /** Both files of the class path, {@code parley.yaml} on top; of several the first. */
  static void onClassPath(ClassLoader loader, List<Layer> layers, List<String> problems) {
    for (String name : List.of("parley.properties", "parley.yaml")) {
      add(
          name,
          name + " on the class path",
          () -> loader.getResourceAsStream(name),
          layers,
          problems);
    }
  }

  private interface Opening {
    @Nullable InputStream open() throws IOException;
  }

  private static void add(
      String name, String source, Opening opening, List<Layer> layers, List<String> problems) {
    try (InputStream stream = opening.open()) {
      if (stream != null) {
        String text = decode(stream.readAllBytes());
        layers.add(
            new Layer(source, name.endsWith(".yaml") ? yaml(source, text) : properties(text)));
      }
    } catch (CharacterCodingException e) {
      problems.add(source + " is not UTF-8");
    } catch (IOException e) {
      problems.add(source + " cannot be read: " + e.getClass().getSimpleName());
    } catch (MalformedFileException e) {
      problems.add(source + " is malformed" + e.getMessage());
    }
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static Map<String, String> yaml(String source, String text)
      throws MalformedFileException {
    Map<String, String> flat = new TreeMap<>();
    try {
      new YamlConfigSource(source, text)
          .getProperties()
          .forEach(
              (key, value) -> {
                if (!LIST_INDEX.matcher(key).find()) {
                  flat.put(key.replace("\"", ""), value);
                }
              });
    } catch (RuntimeException e) {
      // ClassCastException: a list or a word where keys belong. No cause is kept: it has the text.
      throw new MalformedFileException(lineOf(e));
    }
    if (flat.isEmpty() && hasText(text)) {
      throw new MalformedFileException(NO_KEYS);
    }
    return flat;
  }

  private static boolean hasText(String text) {
    return text.lines()
        .map(String::strip)
        .anyMatch(line -> !line.isEmpty() && !line.startsWith("#") && !line.equals("---"));
  }

  private static String lineOf(RuntimeException e) {
    Matcher mark = MARK.matcher(String.valueOf(e.getMessage()));
    String line = NO_KEYS;
    while (mark.find()) {
      line = " at line " + mark.group(1) + ", column " + mark.group(2);
    }
    return line;
  }

  private static Map<String, String> properties(String text)
      throws IOException, MalformedFileException {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(lineOf(text));
    }
    Map<String, String> values = new TreeMap<>();
    properties.forEach((key, value) -> values.put((String) key, (String) value));
    return values;
  }

  /** The only mistake a properties file can have is in one line: a wrong Unicode escape. */
  private static String lineOf(String text) throws IOException {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        new Properties().load(new StringReader(lines.get(i)));
      } catch (IllegalArgumentException e) {
        return " at line " + (i + 1) + ": \\u needs four hexadecimal digits";
      }
    }
    return ": \\u needs four hexadecimal digits";
  }

  private static final class MalformedFileException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedFileException(String where) {
      super(where);
    }
  }
}
