package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Application;
import dev.parley.Broker;
import dev.parley.Configuration;
import dev.parley.ErrorCode;
import dev.parley.Subscriber;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract §5: the life of an application in one call. */
abstract class ApplicationContract extends Chapter {

  private final List<Application> running = new ArrayList<>();

  /** A handler without needs. */
  static final class Echo {
    @Subscriber("${app.prefix}echo")
    String echo(String body) {
      return body;
    }
  }

  /** A handler that needs the broker. */
  record Relay(Broker broker, String next) {
    @Subscriber("${app.prefix}relay")
    @Nullable String relay(String body) {
      return broker.publish(body + "+", to(next).callback(String.class).raiseTimeout());
    }
  }

  private Application application() {
    Application application = Application.configure(Configuration.of(fixture.settingsWith()));
    running.add(application);
    return application;
  }

  @AfterEach
  void stopWhatRuns() {
    running.forEach(Application::stop);
  }

  /** Runs it on a thread of its own, and returns once {@code started} has been told. */
  private static CompletableFuture<Void> run(Application application) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                application.run();
                ended.complete(null);
              } catch (RuntimeException e) {
                ended.completeExceptionally(e);
              }
            },
            "application-main");
    thread.setDaemon(true);
    thread.start();
    return ended;
  }

  @Test
  void itRunsUntilItIsStoppedAndThenDrains() throws Exception {
    CompletableFuture<Broker> started = new CompletableFuture<>();
    Application application =
        application()
            .handlers(new Echo())
            .handlers(broker -> new Relay(broker, fixture.name("echo")))
            .afterStart(started::complete);

    CompletableFuture<Void> ended = run(application);
    Broker broker = started.get(10, TimeUnit.SECONDS);

    assertThat(fixture.broker().publish("x", to(fixture.name("relay")).callback(String.class)))
        .isEqualTo("x+");
    assertThat(ended).isNotDone();
    application.stop();
    ended.get(10, TimeUnit.SECONDS);
    Expect.fails(ErrorCode.CLOSED, () -> broker.publish("x", to(fixture.name("echo"))));
    Fixture.awaitNoThreadOf(broker.name());
  }

  @Test
  void hooksRunInTheirOrder() throws Exception {
    List<String> steps = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> started = new CompletableFuture<>();
    Function<Broker, String> echo =
        broker ->
            String.valueOf(broker.publish("x", to(fixture.name("echo")).callback(String.class)));
    Application application =
        application()
            .customise(builder -> steps.add("customise"))
            .handlers(new Echo())
            .beforeStart(broker -> steps.add("before start: " + broker.subscriptions().size()))
            .afterStart(broker -> steps.add("after start: " + echo.apply(broker)))
            .afterStart(broker -> started.complete(null))
            .beforeStop(broker -> steps.add("before stop: " + echo.apply(broker)))
            .afterStop(() -> steps.add("after stop"));

    CompletableFuture<Void> ended = run(application);
    started.get(10, TimeUnit.SECONDS);
    application.stop();
    ended.get(10, TimeUnit.SECONDS);

    assertThat(steps)
        .containsExactly(
            "customise", "before start: 1", "after start: x", "before stop: x", "after stop");
  }

  @Test
  void aContainerCanSupplyTheHandlers() throws Exception {
    CompletableFuture<Void> started = new CompletableFuture<>();
    Map<Class<?>, Object> container = Map.of(Echo.class, new Echo());
    CompletableFuture<Void> ended =
        run(
            application()
                .handlers(container::get, Echo.class)
                .afterStart(broker -> started.complete(null)));
    started.get(10, TimeUnit.SECONDS);

    assertThat(fixture.broker().publish("x", to(fixture.name("echo")).callback(String.class)))
        .isEqualTo("x");
    assertThat(ended).isNotDone();
  }

  @Test
  void aFailureBeforeItRunsEndsItWithThatFailure() {
    CompletableFuture<Broker> built = new CompletableFuture<>();
    List<String> steps = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> ended =
        run(
            application()
                .handlers(new Echo())
                .beforeStart(built::complete)
                .afterStart(
                    broker -> {
                      throw new IllegalStateException("no database");
                    })
                .afterStop(() -> steps.add("after stop")));

    assertThat(ended)
        .failsWithin(java.time.Duration.ofSeconds(10))
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .havingCause()
        .withMessage("no database");
    assertThat(built).isDone();
    Broker broker = built.join();
    Expect.fails(ErrorCode.CLOSED, () -> broker.publish("x", to(fixture.name("echo"))));
    assertThat(steps).containsExactly("after stop");
  }

  @Test
  void aFailingStopHookKeepsNothingFromStopping() throws Exception {
    List<String> steps = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Broker> started = new CompletableFuture<>();
    Application application =
        application()
            .handlers(new Echo())
            .afterStart(started::complete)
            .beforeStop(
                broker -> {
                  throw new IllegalStateException("first hook");
                })
            .beforeStop(broker -> steps.add("second hook"))
            .afterStop(() -> steps.add("after stop"));
    CompletableFuture<Void> ended = run(application);
    Broker broker = started.get(10, TimeUnit.SECONDS);

    application.stop();
    ended.get(10, TimeUnit.SECONDS);

    assertThat(steps).containsExactly("second hook", "after stop");
    Expect.fails(ErrorCode.CLOSED, () -> broker.publish("x", to(fixture.name("echo"))));
  }

  @Test
  void runningHandlersFinishWhenItIsStopped() throws Exception {
    Gate gate = new Gate();
    CompletableFuture<Void> started = new CompletableFuture<>();
    Application application =
        application().handlers(new Held(gate)).afterStart(broker -> started.complete(null));
    CompletableFuture<Void> ended = run(application);
    started.get(10, TimeUnit.SECONDS);
    CompletableFuture<@Nullable String> call =
        fixture.broker().publishAsync("x", to(fixture.name("held")).callback(String.class));
    gate.awaitEntered(1);

    application.stop();
    gate.open();

    assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("x held");
    ended.get(10, TimeUnit.SECONDS);
  }

  /** A handler that takes its time. */
  record Held(Gate gate) {
    @Subscriber("${app.prefix}held")
    String hold(String body) throws InterruptedException {
      gate.pass();
      return body + " held";
    }
  }
}
