package dev.parley.template.demo;

import dev.parley.Application;
import dev.parley.Broker;
import dev.parley.Configuration;
import dev.parley.Handlers;
import dev.parley.template.service.Fibonacci;
import dev.parley.template.service.Orders;
import dev.parley.template.service.PriceList;
import java.io.PrintStream;

/** Plays every way of use once, on the broker that is configured, and checks what comes. */
public final class Demo {

  private final Transcript transcript;
  private final Sightings sightings = new Sightings();

  private Demo(PrintStream out) {
    this.transcript = new Transcript(out);
  }

  /** Plays it; true when all was as expected. */
  public static boolean play(PrintStream out, String... settings) {
    Demo demo = new Demo(out);
    Application application =
        Application.configure(
            Configuration.load(settings).with("retry.backoff.initial", "50ms")); // not to be boring
    application
        .beforeStart(demo::register)
        .afterStart(
            broker -> {
              demo.playOn(broker);
              application.stop();
            })
        .run();
    return demo.transcript.end();
  }

  private void register(Broker broker) {
    Handlers group = broker.group(Stage.PREFIX, sightings);
    group.register(new Orders());
    group.register(new Fibonacci());
    group.register(new PriceList());
    group.register(new DemoHandlers(sightings));
  }

  private void playOn(Broker broker) {
    Stage stage = new Stage(broker, transcript, sightings);
    transcript.begin();
    new CallScenes(stage).play();
    new FailureScenes(stage).play();
    new DeliveryScenes(stage).play();
    new TypedScenes(stage).play();
  }
}
