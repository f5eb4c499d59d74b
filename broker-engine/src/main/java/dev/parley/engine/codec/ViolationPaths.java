package dev.parley.engine.codec;

import jakarta.validation.ElementKind;
import jakarta.validation.Path;

/** The paths of Jakarta Validation in the form of our violations, {@code items[2].price}. */
final class ViolationPaths {

  private ViolationPaths() {}

  /** The path below the method, which the handler's caller does not know; parameters are named. */
  static String of(Path path) {
    StringBuilder text = new StringBuilder();
    for (Path.Node node : path) {
      if (node.isInIterable()) {
        appendIndex(text, node);
      }
      if (isNamed(node)) {
        text.append(text.isEmpty() ? "" : ".").append(node.getName());
      }
    }
    return text.toString();
  }

  private static void appendIndex(StringBuilder text, Path.Node node) {
    Object index = node.getIndex() == null ? node.getKey() : node.getIndex();
    if (index != null) {
      text.append('[').append(index).append(']');
    }
  }

  private static boolean isNamed(Path.Node node) {
    return node.getName() != null
        && (node.getKind() == ElementKind.PROPERTY || node.getKind() == ElementKind.PARAMETER);
  }

  /** Whether it leads into an object, rather than to a parameter or an element of one. */
  static boolean entersObject(Path path) {
    for (Path.Node node : path) {
      if (node.getKind() == ElementKind.PROPERTY || node.getKind() == ElementKind.BEAN) {
        return true;
      }
    }
    return false;
  }

  /** The path of an element followed by one within it. */
  static String join(String prefix, String path) {
    return prefix.isEmpty() || path.isEmpty() || path.startsWith("[")
        ? prefix + path
        : prefix + "." + path;
  }
}
