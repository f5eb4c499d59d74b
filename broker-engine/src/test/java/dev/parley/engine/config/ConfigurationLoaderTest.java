package dev.parley.engine.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Configuration;
import dev.parley.ConfigurationException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationLoaderTest {

  @TempDir Path workingDirectory;
  @TempDir Path classPath;
  private final Map<String, String> environment = new HashMap<>();
  private final Properties systemProperties = new Properties();
  private URLClassLoader classLoader;

  @BeforeEach
  void openClassPath() throws IOException {
    classLoader = new URLClassLoader(new URL[] {classPath.toUri().toURL()}, null);
  }

  @AfterEach
  void closeClassPath() throws IOException {
    classLoader.close();
  }

  private Configuration load(String... arguments) {
    return ConfigurationLoader.load(
        List.of(arguments),
        new ConfigurationLoader.Surroundings(
            workingDirectory, environment, systemProperties, classLoader));
  }

  private List<String> problems(String... arguments) {
    return catchThrowableOfType(ConfigurationException.class, () -> load(arguments)).problems();
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void laterSourcesWin() throws IOException {
    write(classPath, "parley.properties", "a=1\nb=1\nc=1\nd=1\ne=1\nf=1\ng=1");
    write(classPath, "parley.yaml", "{b: 2, c: 2, d: 2, e: 2, f: 2, g: 2}");
    write(workingDirectory, "parley.properties", "c=3\nd=3\ne=3\nf=3\ng=3");
    write(workingDirectory, "parley.yaml", "{d: 4, e: 4, f: 4, g: 4}");
    environment.putAll(Map.of("PARLEY_E", "5", "PARLEY_F", "5", "PARLEY_G", "5"));
    systemProperties.putAll(Map.of("f", "6", "g", "6"));

    Configuration configuration = load("--g=7");

    assertThat(configuration.entries())
        .containsOnly(
            Map.entry("a", new Configuration.Entry("1", "parley.properties on the class path")),
            Map.entry("b", new Configuration.Entry("2", "parley.yaml on the class path")),
            Map.entry(
                "c", new Configuration.Entry("3", "parley.properties in the working directory")),
            Map.entry("d", new Configuration.Entry("4", "parley.yaml in the working directory")),
            Map.entry("e", new Configuration.Entry("5", "environment variable PARLEY_E")),
            Map.entry("f", new Configuration.Entry("6", "system property f")),
            Map.entry("g", new Configuration.Entry("7", "command line")));
  }

  @Test
  void noSourceAtAllIsAnEmptyConfiguration() {
    assertThat(load().entries()).isEmpty();
  }

  @Test
  void thisProcessIsReadWithItsArguments() {
    assertThat(ConfigurationLoader.load(List.of("--broker.url=memory:")).get("broker.url"))
        .contains("memory:");
  }

  @Test
  void yamlKeysFlattenWithDots() throws IOException {
    write(
        workingDirectory,
        "parley.yaml",
        """
        broker:
          url: amqp://localhost
          retry: {max-delay: 5s}
        call.timeout: 3s
        groups: [a, b]
        nothing:
        """);

    Configuration configuration = load();

    assertThat(configuration.get("broker.url")).contains("amqp://localhost");
    assertThat(configuration.get("broker.retry.max-delay")).contains("5s");
    assertThat(configuration.get("call.timeout")).contains("3s");
    assertThat(configuration.get("groups")).contains("a,b");
    assertThat(configuration.entries().keySet()).noneMatch(key -> key.contains("["));
    assertThat(configuration.get("nothing")).isEmpty();
  }

  @Test
  void emptyFilesAreFine() throws IOException {
    write(workingDirectory, "parley.yaml", "# nothing yet\n");
    write(workingDirectory, "parley.properties", "");
    assertThat(load().entries()).isEmpty();
  }

  @Test
  void filesAreUtf8() throws IOException {
    write(workingDirectory, "parley.properties", "city=Malmö");
    write(workingDirectory, "parley.yaml", "\uFEFFtown: Łódź");
    assertThat(load().get("city")).contains("Malmö");
    assertThat(load().get("town")).contains("Łódź");
  }

  @Test
  void aVariableOverridesTheKeySpelledOutElsewhere() throws IOException {
    write(workingDirectory, "parley.yaml", "message: {max-bytes: 1000}");
    environment.put("PARLEY_MESSAGE_MAX_BYTES", "2000");

    assertThat(load().entries())
        .containsOnly(
            Map.entry(
                "message.max-bytes",
                new Configuration.Entry("2000", "environment variable PARLEY_MESSAGE_MAX_BYTES")));
  }

  @Test
  void aVariableGivesWayToTheCommandLine() {
    environment.put("PARLEY_MESSAGE_MAX_BYTES", "2000");
    assertThat(load("--message.max-bytes=3000").entries())
        .containsOnly(
            Map.entry("message.max-bytes", new Configuration.Entry("3000", "command line")));
  }

  @Test
  void otherVariablesAreLeftOut() {
    environment.putAll(Map.of("PATH", "/bin", "BROKER_URL", "x", "PARLEY_", "y", "parley_a", "z"));
    assertThat(load().entries()).isEmpty();
  }

  @Test
  void propertiesOfTheJavaPlatformAreLeftOut() {
    systemProperties.putAll(System.getProperties());
    systemProperties.setProperty("user.queue", "orders");
    assertThat(load().entries())
        .containsKey("user.queue")
        .doesNotContainKeys("java.version", "os.name", "user.dir", "line.separator");
  }

  @Test
  void aBareArgumentIsTrueAndTheLastOneWins() {
    Configuration configuration = load("--start.wait", "--a=1", "--a=2", "--b=x=y", "--c=");
    assertThat(configuration.get("start.wait")).contains("true");
    assertThat(configuration.get("a")).contains("2");
    assertThat(configuration.get("b")).contains("x=y");
    assertThat(configuration.get("c")).contains("");
  }

  @Test
  void theApplicationsOwnArgumentsAreLeftAlone() {
    assertThat(load("import", "-v", "a=b", "file.csv", "--", "--x=1").entries()).isEmpty();
  }

  @Test
  void malformedArgumentsAreReportedWithoutTheirValues() {
    assertThat(problems("--=secret1", "--broker url=secret2", "--a/b"))
        .containsExactly(
            "The argument \"--\" on the command line is not of the form --key=value",
            "The argument \"--broker url\" on the command line is not of the form --key=value",
            "The argument \"--a/b\" on the command line is not of the form --key=value");
  }

  @Test
  void placeholdersInValuesAreReplacedAcrossSources() throws IOException {
    write(
        workingDirectory,
        "parley.yaml",
        "broker: {url: 'amqp://${user:guest}:${broker.max-wait}@${host:${user:local}}'}");
    environment.put("PARLEY_USER", "anna");
    environment.put("PARLEY_BROKER_MAX_WAIT", "5s");
    assertThat(load().get("broker.url")).contains("amqp://anna:5s@anna");
  }

  @Test
  void aDollarAloneAndAnEscapedPlaceholderAreKept() throws IOException {
    write(workingDirectory, "parley.yaml", "{a: 'pa$$w$rd$', b: '\\${x} $${c}', c: d}");
    assertThat(load().get("a")).contains("pa$$w$rd$");
    assertThat(load().get("b")).contains("${x} $d");
  }

  @Test
  void anExpandedValueIsNotExpandedAgain() throws IOException {
    write(workingDirectory, "parley.yaml", "{password: '\\${x}', url: 'a:${password}@b'}");
    assertThat(load().get("url")).contains("a:${x}@b");
  }

  @Test
  void aMissingPlaceholderIsReportedWithAllWaysToSetIt() throws IOException {
    write(workingDirectory, "parley.yaml", "broker: {url: 'amqp://${broker.user-name}:pw@h'}");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("broker.url (parley.yaml in the working directory): ")
        .contains(
            "${broker.user-name} is not set",
            "parley.yaml",
            "PARLEY_BROKER_USER_NAME",
            "-Dbroker.user-name=",
            "--broker.user-name=",
            "${broker.user-name:...}")
        .doesNotContain("pw");
  }

  @Test
  void aCycleIsReportedWithItsPath() throws IOException {
    write(workingDirectory, "parley.yaml", "{a: '${b}', b: 'x${c:1}', c: '${a}'}");
    assertThat(problems())
        .hasSize(3)
        .anyMatch(problem -> problem.contains("refers to itself: a -> b -> c -> a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3${cret", "s3${ cret }"})
  void aPasswordThatLooksLikeAPlaceholderIsNotShown(String password) throws IOException {
    write(workingDirectory, "parley.properties", "rabbit.password=" + password);
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("rabbit.password (parley.properties in the working directory): it has ")
        .endsWith("write \\${ for the two characters themselves")
        .doesNotContain("cret");
  }

  @Test
  void aForeignSystemPropertyMayUseTheSameSigns() {
    systemProperties.setProperty("log.pattern", "${nobody} ${");
    assertThat(load().get("log.pattern")).contains("${nobody} ${");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "broker:\n  url: [s3cret",
        "broker:\n  url: a\n bad: s3cret: x",
        "broker:\n\turl: s3cret",
        "a: 1\nb: 2\n@s3cret"
      })
  void aMalformedYamlFileIsReportedByLineWithoutItsText(String text) throws IOException {
    write(workingDirectory, "parley.yaml", text);
    assertThat(problems())
        .singleElement()
        .asString()
        .matches("parley.yaml in the working directory is malformed at line [23], column \\d+");
    assertThatThrownBy(this::load).hasNoCause().hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret", "- s3cret\n- b", "42"})
  void aYamlFileWithoutKeysIsReported(String text) throws IOException {
    write(classPath, "parley.yaml", text);
    assertThat(problems())
        .containsExactly("parley.yaml on the class path is malformed: it must be keys with values");
  }

  @Test
  void yamlCannotMakeObjects() throws IOException {
    write(workingDirectory, "parley.yaml", "a: !!java.io.File [/tmp/x]");
    assertThat(problems()).singleElement().asString().contains("is malformed at line 1");
  }

  @Test
  void aMalformedPropertiesFileIsReportedByLineWithoutItsText() throws IOException {
    write(workingDirectory, "parley.properties", "a=1\nb=s3cret\\u12G4\n");
    assertThat(problems())
        .containsExactly(
            "parley.properties in the working directory is malformed at line 2: \\u needs four hexadecimal digits");
  }

  @Test
  void aFileInAnotherEncodingIsReported() throws IOException {
    Files.write(workingDirectory.resolve("parley.yaml"), new byte[] {'a', ':', ' ', (byte) 0xE9});
    assertThat(problems()).containsExactly("parley.yaml in the working directory is not UTF-8");
  }

  @Test
  void aFolderInPlaceOfTheFileIsReported() throws IOException {
    Files.createDirectory(workingDirectory.resolve("parley.yaml"));
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("parley.yaml in the working directory cannot be read");
  }

  @Test
  void allMistakesOfAllSourcesAreReportedTogether() throws IOException {
    write(classPath, "parley.yaml", "[");
    write(workingDirectory, "parley.properties", "a=${nowhere}");
    assertThat(problems("--=1")).hasSize(3);
  }

  @Test
  void noKeyChangesTheOrderOfSources() throws IOException {
    write(workingDirectory, "parley.properties", "a=1\nconfig_ordinal=1000");
    assertThat(load("--a=2").get("a")).contains("2");
  }

  @Test
  void largeFilesAreRead() throws IOException {
    Files.write(
        workingDirectory.resolve("parley.properties"),
        ("a=" + "x".repeat(1 << 20)).getBytes(UTF_8));
    assertThat(load().get("a").orElseThrow()).hasSize(1 << 20);
  }
}
