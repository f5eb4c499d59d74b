package dev.parley.engine.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The settings among the arguments of {@code main}: {@code --broker.url=...}, and {@code --flag}
 * for {@code --flag=true}. A value never stands in an argument of its own, because {@code --flag
 * word} would then be ambiguous. Words without {@code --}, and everything after {@code --} alone,
 * are the application's own and left alone. Of one key the last one wins.
 */
final class CommandLine {

  private static final Pattern KEY = Pattern.compile("[\\w.\\[\\]-]+");

  private CommandLine() {}

  static Map<String, String> parse(List<String> arguments, List<String> problems) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String argument : arguments) {
      if (argument.equals("--")) {
        break;
      }
      if (argument.startsWith("--")) {
        parse(argument.substring(2), values, problems);
      }
    }
    return values;
  }

  private static void parse(String setting, Map<String, String> values, List<String> problems) {
    int equals = setting.indexOf('=');
    String key = equals < 0 ? setting : setting.substring(0, equals);
    if (KEY.matcher(key).matches()) {
      values.put(key, equals < 0 ? "true" : setting.substring(equals + 1));
    } else {
      // Only what stands before the sign: what stands behind it may be secret.
      problems.add(
          "The argument \"--%s\" on the command line is not of the form --key=value"
              .formatted(Secrets.maskUrl(Secrets.shorten(key))));
    }
  }
}
