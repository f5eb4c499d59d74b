package dev.parley.template.demo;

import java.io.PrintStream;

/**
 * Prints the demonstration and compares what came with what had to come. For one thread.
 *
 * <p>What it prints is the same in every run: no times, no ids, no names of brokers.
 */
final class Transcript {

  private final PrintStream out;
  private int scenes;
  private int surprises;

  Transcript(PrintStream out) {
    this.out = out;
  }

  void begin() {
    out.println("Every way of use, played once.");
    out.println("Lines with > are code, lines with = are what came of it.");
  }

  /** Begins a scene, with what it shows. */
  void scene(String title) {
    scenes++;
    out.printf("%n%2d. %s%n", scenes, title);
  }

  /** Shows a line of code. */
  void code(String line) {
    out.println("    > " + line);
  }

  /** Shows what came, and says so when it is not what had to come. */
  void result(String what, Object expected, Object actual) {
    out.println("    = " + what + ": " + actual);
    if (!expected.equals(actual)) {
      surprises++;
      out.println("      NOT AS EXPECTED, which was: " + expected);
    }
  }

  /** Prints the summary; true when all was as expected. */
  boolean end() {
    out.println();
    if (surprises == 0) {
      out.println("All " + scenes + " scenes went as expected.");
    } else {
      out.println("Results that are not as expected: " + surprises + ".");
    }
    return surprises == 0;
  }
}
