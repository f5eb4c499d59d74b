package dev.parley.template.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages show is what the build compiles and tests. */
class DocumentationTest {
  /** Surefire runs in the module's folder. */
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  private static final Path SNIPPETS = Path.of("src/test/java/dev/parley/template/docs");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");

  private static Map<String, String> snippets;

  @BeforeAll
  static void readSnippets() throws IOException {
    snippets = new TreeMap<>();
    for (Path file : filesUnder(SNIPPETS, ".java")) {
      Snippets.in(file)
          .forEach(
              (name, code) ->
                  assertThat(snippets.put(name, code)).as("a second snippet %s", name).isNull());
    }
  }

  static List<Path> pages() throws IOException {
    return Stream.concat(
            Stream.of(REPOSITORY.resolve("README.md")),
            filesUnder(REPOSITORY.resolve("docs"), ".md").stream())
        .map(REPOSITORY::relativize)
        .toList();
  }

  @Test
  void thereAreSnippetsAndPages() throws IOException {
    assertThat(snippets).hasSizeGreaterThan(10);
    assertThat(pages()).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void javaOnThePageIsTheSnippetItNames(Path page) throws IOException {
    for (Page.Block block : Page.read(REPOSITORY.resolve(page)).blocks("java")) {
      assertThat(block.marker()).as("marker before line %d of %s", block.line(), page).isNotEmpty();
      assertThat(snippets).as("snippets, for %s", page).containsKey(block.marker());
      assertThat(block.text())
          .as("snippet %s on line %d of %s", block.marker(), block.line(), page)
          .isEqualTo(snippets.get(block.marker()));
    }
  }

  @Test
  void everySnippetIsShownSomewhere() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (Path page : pages()) {
      Page.read(REPOSITORY.resolve(page)).blocks("java").forEach(b -> shown.add(b.marker()));
    }
    assertThat(shown).isEqualTo(snippets.keySet());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksOfThePageLeadToFiles(Path page) throws IOException {
    Path file = REPOSITORY.resolve(page);
    List<String> broken =
        LINK.matcher(Files.readString(file))
            .results()
            .map(link -> link.group(1))
            .filter(link -> !link.contains(":"))
            .filter(link -> !Files.exists(file.resolveSibling(link)))
            .toList();
    assertThat(broken).isEmpty();
  }

  @Test
  void demoOnThePageIsWhatTheDemoPrints() throws IOException {
    String printed = Files.readString(Path.of("src/test/resources/demo.txt"));
    List<Page.Block> shown =
        Page.read(REPOSITORY.resolve("README.md")).blocks("text").stream()
            .filter(block -> block.marker().equals("demo"))
            .toList();

    assertThat(shown).hasSize(1);
    assertThat(printed).contains(shown.get(0).text());
  }

  private static List<Path> filesUnder(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
