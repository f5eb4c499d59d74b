package dev.parley.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.DeclarationException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParametersTest {

  private static final String SOURCE =
      "public interface Sums { int add(int left, int right); int twice(int number); }";

  private static Class<?> compiled(Path folder, String... options) throws Exception {
    Path source = Files.writeString(folder.resolve("Sums.java"), SOURCE);
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add(source.toString());
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(result).isZero();
    return load(folder);
  }

  private static Class<?> load(Path folder) throws IOException, ClassNotFoundException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      return loader.loadClass("Sums");
    }
  }

  @Test
  void severalParametersNeedTheNamesThatTheCompilerKeepsOnRequest(@TempDir Path folder)
      throws Exception {
    Method add = compiled(folder).getMethod("add", int.class, int.class);

    assertThatThrownBy(() -> Parameters.names(add, List.of(0, 1), "Sums.add(int, int)"))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("Sums.add(int, int)")
        .hasMessageContaining("Sums was compiled without them")
        .hasMessageContaining("compile it with -parameters, or take one record");
  }

  @Test
  void namesTravelInTheOrderOfTheParameters(@TempDir Path folder) throws Exception {
    Method add = compiled(folder, "-parameters").getMethod("add", int.class, int.class);

    assertThat(Parameters.names(add, List.of(0, 1), "Sums.add(int, int)"))
        .containsExactly("left", "right");
  }
}
