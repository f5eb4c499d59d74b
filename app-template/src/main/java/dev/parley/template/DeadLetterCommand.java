package dev.parley.template;

import dev.parley.Broker;
import dev.parley.Configuration;
import dev.parley.DeadLetter;
import dev.parley.DeadLetters;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** {@code dead-letters list QUEUE} and {@code dead-letters replay QUEUE}. */
final class DeadLetterCommand {

  private static final String ID = "--id=";
  private static final String LIMIT = "--limit=";
  private static final int PREVIEW = 80;

  private DeadLetterCommand() {}

  /** Whether these are words that it understands: list or replay, a queue, and options. */
  static boolean understands(List<String> words) {
    return words.size() >= 2
        && (words.get(0).equals("list") || words.get(0).equals("replay"))
        && !words.get(1).startsWith("-")
        && words.stream().skip(2).allMatch(DeadLetterCommand::isOption);
  }

  private static boolean isOption(String word) {
    return word.startsWith(LIMIT)
        ? word.substring(LIMIT.length()).matches("[1-9][0-9]{0,5}")
        : word.startsWith("--") && word.length() > 2;
  }

  /** Lists the letters of that queue or topic, or sends them back. */
  static void run(List<String> words, PrintStream out) {
    List<String> settings = new ArrayList<>(words.subList(2, words.size()));
    String id = take(settings, ID);
    String limit = take(settings, LIMIT);
    Predicate<DeadLetter> which =
        letter -> id.isEmpty() || letter.messageId().orElse("").equals(id);
    Configuration configuration = Configuration.load(settings.toArray(String[]::new));
    try (Broker broker = Broker.builder().configuration(configuration).build()) {
      DeadLetters letters = broker.deadLetters(words.get(1));
      if (words.get(0).equals("list")) {
        letters.list(number(limit, DeadLetters.LARGEST_LIST)).stream()
            .filter(which)
            .forEach(letter -> out.println(line(letter)));
      } else {
        int most = id.isEmpty() ? number(limit, DeadLetters.LARGEST_REPLAY) : 1;
        int replayed = letters.replay(most, which);
        out.println(replayed + " dead letters of \"" + words.get(1) + "\" were sent back");
      }
    }
  }

  /** The value of an option that is not a setting; empty when it is not there. */
  private static String take(List<String> settings, String option) {
    String found =
        settings.stream().filter(word -> word.startsWith(option)).findFirst().orElse(option);
    settings.removeIf(word -> word.startsWith(option));
    return found.substring(option.length());
  }

  private static int number(String text, int most) {
    return text.isEmpty() ? most : Math.min(most, Integer.parseInt(text));
  }

  private static String line(DeadLetter letter) {
    String[] columns = {
      letter.messageId().orElse("-"),
      letter.failedAt().map(Object::toString).orElse("-"),
      letter.attempts() + " attempts",
      letter.group().map(group -> "group " + group).orElse("-"),
      letter.errorType() + ": " + letter.errorMessage(),
      new String(letter.body(), StandardCharsets.UTF_8)
    };
    return String.join("\t", Arrays.stream(columns).map(DeadLetterCommand::printable).toList());
  }

  /** On one line and short, whatever somebody has sent. */
  private static String printable(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= PREVIEW ? line : line.substring(0, PREVIEW) + "...";
  }
}
