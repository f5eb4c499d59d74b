package dev.parley.faults;

import static dev.parley.conformance.Relay.Direction.TO_CLIENT;
import static dev.parley.conformance.Relay.Direction.TO_SERVER;

import dev.parley.conformance.Relay;
import dev.parley.conformance.Relay.Direction;
import dev.parley.conformance.Relay.Passage;
import dev.parley.conformance.Tear;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The networks of a site, and what can happen to them whatever the broker is. */
record Ways(Relay caller, Relay server, Duration heartbeat) implements AutoCloseable {

  private static final Duration CLOSED_SOCKET = Duration.ofSeconds(5);

  /**
   * Something in the protocol in the middle of which a connection can be torn.
   *
   * @param tear the place, so many bytes behind what shows it
   */
  record Spot(String name, boolean ofServer, IntFunction<Tear> tear) {

    static Spot fromCaller(String name, byte[] pattern) {
      return new Spot(name, false, after -> Tear.in(pattern, TO_SERVER, pattern.length + after));
    }

    static Spot toCaller(String name, byte[] pattern) {
      return new Spot(name, false, after -> Tear.in(pattern, TO_CLIENT, pattern.length + after));
    }

    static Spot fromServer(String name, byte[] pattern) {
      return new Spot(name, true, after -> Tear.in(pattern, TO_SERVER, pattern.length + after));
    }
  }

  /** Both to the server of that URL. */
  static Ways to(String url, Duration heartbeat) {
    URI uri = URI.create(url);
    return new Ways(
        Relay.to(uri.getHost(), uri.getPort()), Relay.to(uri.getHost(), uri.getPort()), heartbeat);
  }

  /** The URL of a server, by one of the ways to it. */
  static String by(Relay way, String url) {
    return url.replace(":" + URI.create(url).getPort(), ":" + way.port());
  }

  /** What every network can do. */
  List<Breakage> breakages() {
    Duration silence = heartbeat.multipliedBy(2);
    List<Breakage> all = new ArrayList<>();
    all.add(Breakage.of("network cut", scene -> each(Relay::cut)));
    all.add(
        Breakage.of("network down", scene -> each(way -> way.pass(Passage.CLOSED)), this::restore)
            .lasting(Duration.ofSeconds(4))
            .noticedWithin(CLOSED_SOCKET));
    all.add(
        Breakage.of("network silent", scene -> each(Relay::silence), this::restore)
            .lasting(silence.plusSeconds(1))
            .noticedWithin(silence.plusMillis(500)));
    all.add(
        Breakage.of("network silent for the caller", scene -> caller.silence(), this::restore)
            .lasting(silence));
    all.add(
        Breakage.of("network silent for the server", scene -> server.silence(), this::restore)
            .lasting(silence.plusSeconds(1))
            .noticedWithin(silence.plusMillis(500)));
    all.add(
        Breakage.of("network slow", scene -> each(way -> way.pass(Passage.SLOW)), this::open)
            .lasting(Duration.ofSeconds(1)));
    all.add(
        Breakage.of("frames in crumbs", scene -> each(way -> way.pass(Passage.CRUMBS)), this::open)
            .lasting(Duration.ofSeconds(1)));
    all.add(
        Breakage.of(
            "torn anywhere",
            scene -> {
              for (Relay way : List.of(caller, server)) {
                Direction direction = scene.random().nextBoolean() ? TO_SERVER : TO_CLIENT;
                way.tear(Tear.anywhere(direction, scene.random().nextInt(64)));
              }
              await();
            }));
    return all;
  }

  /** A connection that is reset in the middle of each of these. */
  List<Breakage> tears(Spot... spots) {
    return Stream.of(spots).map(this::tear).toList();
  }

  private Breakage tear(Spot spot) {
    return Breakage.of(
        "reset in the middle of " + spot.name(),
        scene -> {
          Relay way = spot.ofServer() ? server : caller;
          way.tear(spot.tear().apply(scene.random().nextInt(8)));
          await();
        });
  }

  /** Until what was to be torn is torn; traffic flows all the time, so it does not take long. */
  private void await() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (caller.isTearAhead() || server.isTearAhead()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("What was to be torn did not come by");
      }
      Thread.sleep(5);
    }
  }

  private void restore(Scene scene) {
    each(Relay::restore);
  }

  private void open(Scene scene) {
    each(way -> way.pass(Passage.OPEN));
  }

  void restore() {
    each(Relay::restore);
  }

  private void each(Consumer<Relay> action) {
    action.accept(caller);
    action.accept(server);
  }

  @Override
  public void close() {
    caller.close();
    server.close();
  }
}
