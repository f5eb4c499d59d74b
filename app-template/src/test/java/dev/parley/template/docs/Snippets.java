package dev.parley.template.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of a source file between {@code // tag::name} and {@code // end::name}. */
final class Snippets {

  private static final String BEGIN = "// tag::";
  private static final String END = "// end::";

  private Snippets() {}

  /** The snippets by name, without the indentation that all lines share. */
  static Map<String, String> in(Path file) throws IOException {
    Map<String, String> snippets = new LinkedHashMap<>();
    Map<String, List<String>> open = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      String text = line.strip();
      if (text.startsWith(BEGIN)) {
        open.put(text.substring(BEGIN.length()), new ArrayList<>());
      } else if (text.startsWith(END)) {
        String name = text.substring(END.length());
        snippets.put(
            name, String.join("\n", open.remove(name)).stripTrailing().stripIndent().strip());
      } else {
        open.values().forEach(lines -> lines.add(line));
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException("Snippets " + open.keySet() + " have no end in " + file);
    }
    return snippets;
  }
}
