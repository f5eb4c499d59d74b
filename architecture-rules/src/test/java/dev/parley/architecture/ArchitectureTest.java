package dev.parley.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.spi.TransportOption;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {
  /** Surefire runs in the module's folder; the other modules are beside it. */
  private static final Path REPOSITORY = Path.of("..");

  /** Not part of what is published, so free to import what they like. */
  private static final Set<String> UNRULED =
      Set.of("architecture-rules", "benchmarks", "fault-suite");

  /** The embedded broker is also the one that tests hold in their hands. */
  private static final Set<String> HANDLES_FOR_TESTS =
      Set.of(
          "dev.parley.memory.MemoryBroker",
          "dev.parley.memory.MemoryFaults",
          "dev.parley.memory.MemoryObserver");

  private static JavaClasses parley;

  @BeforeAll
  static void readClasses() {
    parley =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.parley");
  }

  /** The guard of all other rules: a rule about classes that were not read proves nothing. */
  @ParameterizedTest
  @EnumSource
  void everyClassOfTheModuleWasRead(ParleyModule module) throws IOException {
    Set<String> read =
        parley.stream()
            .filter(module::owns)
            .filter(JavaClass::isTopLevelClass)
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
    assertThat(read).containsAll(sourcesOf(module));
  }

  @Test
  void everyModuleHasItsRules() throws IOException {
    Set<String> ruled =
        Stream.of(ParleyModule.values()).map(ParleyModule::folder).collect(Collectors.toSet());
    assertThat(moduleFolders()).isNotEmpty().allMatch(ruled::contains, "is in ParleyModule");
  }

  @ParameterizedTest
  @EnumSource
  void theModuleImportsOnlyWhatTheArchitectureAllows(ParleyModule module) {
    classes()
        .that(areIn(module))
        .should()
        .onlyDependOnClassesThat(describe("the table in ParleyModule allows", module::mayImport))
        .allowEmptyShould(true) // A new module has no code yet; the guard is a test of its own.
        .check(parley);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.(**)").should().beFreeOfCycles().check(parley);
  }

  @Test
  void anApplicationDoesNotNeedTheTransportInterface() {
    classes()
        .that(areIn(ParleyModule.TEMPLATE))
        .should()
        .onlyDependOnClassesThat(
            describe("are outside of dev.parley.spi", type -> !isTransportInterface(type)))
        .allowEmptyShould(true)
        .check(parley);
  }

  @Test
  void theEngineShowsItsProviderOnly() throws IOException {
    assertThat(
            publicTypes(ParleyModule.ENGINE)
                .filter(type -> type.getPackageName().equals("dev.parley.engine"))
                .map(JavaClass::getName))
        .as("public types of the engine's root package")
        .isSubsetOf(services());
  }

  /** What is public there is so for the engine's other packages. */
  @Test
  void nobodyElseUsesTheRoomsOfTheEngine() {
    classes()
        .that(describe("are in dev.parley.engine.*", ArchitectureTest::isRoomOfTheEngine))
        .should()
        .onlyHaveDependentClassesThat(describe("are in broker-engine", ParleyModule.ENGINE::owns))
        .check(parley);
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "RABBIT", "KAFKA", "REDIS"})
  void theTransportShowsItsProviderAndOptionsOnly(ParleyModule module) throws IOException {
    assertThat(
            publicTypes(module)
                .filter(type -> !type.isAnnotatedWith(TransportOption.class))
                .map(JavaClass::getName)
                .filter(name -> !HANDLES_FOR_TESTS.contains(name)))
        .as("public types of %s", module.folder())
        .isSubsetOf(services());
  }

  private static Stream<JavaClass> publicTypes(ParleyModule module) {
    return parley.stream()
        .filter(module::owns)
        .filter(JavaClass::isTopLevelClass)
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC));
  }

  /** The classes of ours that {@code META-INF/services} names in the source of any module. */
  private static Set<String> services() throws IOException {
    Set<String> providers = new TreeSet<>();
    for (ParleyModule module : ParleyModule.values()) {
      Path folder =
          REPOSITORY.resolve(module.folder()).resolve("src/main/resources/META-INF/services");
      if (Files.isDirectory(folder)) {
        providers.addAll(linesOfFilesIn(folder));
      }
    }
    return providers;
  }

  private static List<String> linesOfFilesIn(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }

  private static Set<String> sourcesOf(ParleyModule module) throws IOException {
    Path root = REPOSITORY.resolve(module.folder()).resolve("src/main/java");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(root::relativize)
          .map(file -> file.toString().replace(file.getFileSystem().getSeparator(), "."))
          .filter(name -> name.endsWith(".java") && !name.endsWith("package-info.java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> moduleFolders() throws IOException {
    try (Stream<Path> folders = Files.list(REPOSITORY)) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !UNRULED.contains(name))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static DescribedPredicate<JavaClass> areIn(ParleyModule module) {
    return describe("are in " + module.folder(), module::owns);
  }

  private static boolean isRoomOfTheEngine(JavaClass type) {
    return type.getPackageName().startsWith("dev.parley.engine.");
  }

  private static boolean isTransportInterface(JavaClass type) {
    return type.getPackageName().startsWith("dev.parley.spi");
  }
}
