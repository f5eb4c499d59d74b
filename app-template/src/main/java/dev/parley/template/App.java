package dev.parley.template;

import dev.parley.BrokerException;
import dev.parley.ConfigurationException;
import dev.parley.template.demo.Demo;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/** The main class: reads the arguments and sets the exit code. */
public final class App {

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private static final String HELP =
      """
      Usage: java -jar app-template.jar demo|serve [--setting=value ...]
             java -jar app-template.jar dead-letters list|replay QUEUE
                                        [--id=ID] [--limit=N] [--setting=value ...]

        demo    plays every way of use once, prints what goes where, and ends
        serve   serves "orders", "receipts" and "rpc_queue" until it is told to stop
                (SIGTERM or Ctrl-C), finishes what is under way, and ends

        dead-letters
                lists the dead letters of a queue or topic, or sends them back to where
                they failed; all of them, or the one with that message id

      Settings, among others (parley.properties lists them):
        --broker.url=memory:                            in this process; the default
        --broker.url=amqp://guest:guest@localhost:5672  RabbitMQ
        --broker.url=redis://localhost:6379             Redis

      Exit code: 0 done, 1 failed, 2 wrong usage; 143 after SIGTERM, as for any Java program.
      """;

  private App() {}

  /** Runs the program; ends the process where the exit code is not 0. */
  public static void main(String[] arguments) {
    int exitCode = run(System.out, System.err, arguments);
    if (exitCode != OK) {
      System.exit(exitCode);
    }
  }

  static int run(PrintStream out, PrintStream err, String... arguments) {
    String mode = arguments.length == 0 ? "" : arguments[0];
    if (mode.equals("help") || mode.equals("--help") || mode.equals("-h")) {
      out.print(HELP);
      return OK;
    }
    if (mode.equals("dead-letters")) {
      return deadLetters(List.of(arguments).subList(1, arguments.length), out, err);
    }
    String[] settings =
        Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
    if (!Arrays.stream(settings).allMatch(App::isSetting)) {
      err.print(HELP);
      return WRONG_USAGE;
    }
    return exitCode(err, () -> run(mode, settings, out, err));
  }

  private static int deadLetters(List<String> words, PrintStream out, PrintStream err) {
    if (!DeadLetterCommand.understands(words)) {
      err.print(HELP);
      return WRONG_USAGE;
    }
    quietLog();
    return exitCode(
        err,
        () -> {
          DeadLetterCommand.run(words, out);
          return OK;
        });
  }

  /** That of the action, or of how it failed. */
  private static int exitCode(PrintStream err, IntSupplier action) {
    try {
      return action.getAsInt();
    } catch (ConfigurationException e) {
      err.println(e.getMessage());
      return WRONG_USAGE;
    } catch (BrokerException e) {
      err.println(e.getMessage());
      return FAILED;
    }
  }

  private static int run(String mode, String[] settings, PrintStream out, PrintStream err) {
    switch (mode) {
      case "demo" -> {
        quietLog();
        return Demo.play(out, settings) ? OK : FAILED;
      }
      case "serve" -> {
        Service.run(settings);
        return OK;
      }
      default -> {
        err.print(HELP);
        return WRONG_USAGE;
      }
    }
  }

  private static boolean isSetting(String argument) {
    return argument.startsWith("--") && argument.length() > 2;
  }

  /** So that no log comes between the lines of the demo, unless somebody asks for it. */
  private static void quietLog() {
    if (System.getenv("LOG_LEVEL") == null && System.getProperty("LOG_LEVEL") == null) {
      System.setProperty("LOG_LEVEL", "OFF"); // read by logback.xml, with the first logger
    }
  }
}
