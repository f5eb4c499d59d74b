package dev.parley.template.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fenced blocks of a page of Markdown.
 *
 * @param blocks in their order
 */
record Page(List<Block> blocks) {

  private static final Pattern MARKER = Pattern.compile("<!-- snippet: (\\S+) -->");

  /**
   * A fenced block.
   *
   * @param language as named after the fence
   * @param marker the name in the comment on the line before the fence; empty without one
   * @param line the line of the fence, from 1
   * @param text what is between the fences
   */
  record Block(String language, String marker, int line, String text) {}

  static Page read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("```")) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
        if (end == i) {
          throw new IllegalArgumentException(
              "The block of line " + (i + 1) + " has no end: " + file);
        }
        String text = String.join("\n", lines.subList(i + 1, end));
        blocks.add(new Block(lines.get(i).substring(3), marker(lines, i), i + 1, text));
        i = end;
      }
    }
    return new Page(blocks);
  }

  List<Block> blocks(String language) {
    return blocks.stream().filter(block -> block.language().equals(language)).toList();
  }

  private static String marker(List<String> lines, int fence) {
    Matcher matcher = MARKER.matcher(fence == 0 ? "" : lines.get(fence - 1));
    return matcher.matches() ? matcher.group(1) : "";
  }
}
