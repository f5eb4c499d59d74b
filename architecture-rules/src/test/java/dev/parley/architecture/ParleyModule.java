package dev.parley.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A module, its root package, and what its classes may import: the table of the architecture. */
@SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, but its type does not say so.
enum ParleyModule {
  API("broker-api", "dev.parley", List.of(), List.of("org.slf4j")),
  ENGINE(
      "broker-engine",
      "dev.parley.engine",
      List.of(API),
      List.of(
          "com.fasterxml.jackson.annotation",
          "io.smallrye.config",
          "jakarta.validation",
          "org.eclipse.microprofile.config",
          "org.hibernate.validator",
          "org.slf4j",
          "tools.jackson")),
  MEMORY("broker-memory", "dev.parley.memory", List.of(API), List.of("org.slf4j")),
  RABBIT("broker-rabbit", "dev.parley.rabbit", List.of(API), List.of("com.rabbitmq", "org.slf4j")),
  KAFKA("broker-kafka", "dev.parley.kafka", List.of(API), List.of("org.apache.kafka", "org.slf4j")),
  REDIS(
      "broker-redis",
      "dev.parley.redis",
      List.of(API),
      List.of("io.lettuce", "io.netty", "org.slf4j", "tools.jackson.core")),
  CONFORMANCE(
      "broker-conformance",
      "dev.parley.conformance",
      List.of(API, ENGINE),
      List.of(
          "ch.qos.logback",
          "com.github.dockerjava",
          "com.rabbitmq",
          "jakarta.validation",
          "kafka",
          "org.apache.kafka",
          "org.apache.qpid",
          "org.assertj",
          "org.awaitility",
          "org.junit.jupiter",
          "org.slf4j",
          "org.testcontainers",
          "picocli",
          "redis.embedded",
          "tools.jackson")),
  TEST(
      "broker-test",
      "dev.parley.test",
      List.of(API, ENGINE, MEMORY),
      List.of("org.junit.jupiter", "org.slf4j")),
  TEMPLATE(
      "app-template",
      "dev.parley.template",
      List.of(API),
      List.of("jakarta.validation", "org.slf4j"));

  /** What every module may import: the Java platform and the null annotations. */
  private static final List<String> EVERYWHERE = List.of("java", "javax", "org.jspecify");

  private final String folder;
  private final String rootPackage;
  private final List<ParleyModule> mayUse;
  private final List<String> libraries;

  ParleyModule(
      String folder, String rootPackage, List<ParleyModule> mayUse, List<String> libraries) {
    this.folder = folder;
    this.rootPackage = rootPackage;
    this.mayUse = mayUse;
    this.libraries = libraries;
  }

  String folder() {
    return folder;
  }

  /** Whether this module's own code may name the type; primitive types and arrays included. */
  boolean mayImport(JavaClass type) {
    JavaClass element = type.getBaseComponentType();
    if (element.isPrimitive()) {
      return true;
    }
    String name = element.getPackageName();
    if (isIn(name, API.rootPackage)) {
      ParleyModule owner = owning(name);
      return owner == this || mayUse.contains(owner);
    }
    return EVERYWHERE.stream().anyMatch(root -> isIn(name, root))
        || libraries.stream().anyMatch(root -> isIn(name, root));
  }

  boolean owns(JavaClass type) {
    return isIn(type.getPackageName(), API.rootPackage) && owning(type.getPackageName()) == this;
  }

  // The longest root wins, because the API's root is the start of all others.
  private static ParleyModule owning(String packageName) {
    return Arrays.stream(values())
        .filter(module -> isIn(packageName, module.rootPackage))
        .max(Comparator.comparingInt(module -> module.rootPackage.length()))
        .orElseThrow();
  }

  private static boolean isIn(String packageName, String root) {
    return packageName.equals(root) || packageName.startsWith(root + ".");
  }
}
