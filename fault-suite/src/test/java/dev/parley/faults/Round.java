package dev.parley.faults;

import dev.parley.Broker;
import dev.parley.faults.Breakage.Traits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One round: messages and calls flow, something breaks, it is put right, and everything is counted.
 * All chance comes from the seed. Used by one thread.
 */
final class Round {

  private static final Duration CALM = Duration.ofMillis(700);
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final Duration ENDING = Duration.ofSeconds(15);
  private static final Duration PROGRESS = Duration.ofSeconds(5);

  private final Site site;
  private final Breakage breakage;
  private final long seed;
  private final Random random;
  private final Names names;
  private final Chance chance;
  private final Stalls stalls = Stalls.measuring();
  private final Ledger ledger = new Ledger(stalls);
  private final List<String> mistakes = new ArrayList<>();
  private final Path directory;
  private long struckAt;
  private long healedAt;
  private Duration recovery = Duration.ZERO;
  private int left;

  Round(Site site, Breakage breakage, long seed, Path directory) {
    this.site = site;
    this.breakage = breakage;
    this.seed = seed;
    this.random = new Random(seed);
    this.names = new Names("f" + Long.toString(seed & Long.MAX_VALUE, Character.MAX_RADIX));
    this.chance = new Chance(seed);
    this.directory = directory;
  }

  Row play() throws Exception {
    Remains before = Remains.now();
    try (stalls) {
      CallBook calls = new CallBook(chance, stalls);
      try (Broker server = server();
          Broker caller = broker(site.callerSettings());
          Crew crew = new Crew(names, chance, site.serverSettings(), directory, ledger)) {
        server.start();
        flow(new Actors(server, caller, crew, calls));
      }
      checkNothingIsLeft(before);
      return row(calls);
    } finally {
      site.reset(names);
    }
  }

  /** Who takes part. */
  private record Actors(Broker server, Broker caller, Crew crew, CallBook calls) {}

  private Broker server() {
    Broker server = broker(site.serverSettings());
    new Work(names, chance, new LedgerJournal(ledger)).registerOn(server);
    server.consume(names.dead(), Integer.class, ledger::dead);
    return server;
  }

  static Broker broker(Map<String, String> settings) {
    Broker.Builder builder = Broker.builder();
    settings.forEach(builder::setting);
    return builder.build();
  }

  private void flow(Actors actors) throws Exception {
    if (breakage.traits().worker()) {
      actors.crew().hire();
    }
    try (HealthWatch health = HealthWatch.of(actors.server(), names.work())) {
      try (Traffic traffic = new Traffic(actors.caller(), names, chance, ledger, actors.calls())) {
        traffic.start();
        calm(actors);
        breakAndHeal(actors);
        checkHealthToldSo(health);
        recover(actors);
        calm(actors);
      }
      settle(actors);
    }
  }

  private void calm(Actors actors) throws Exception {
    Thread.sleep(CALM.toMillis()); // load without a fault, for a time
    actors.crew().report();
  }

  private void enter(Ledger.Phase phase, Actors actors) {
    ledger.enter(phase);
    actors.calls().enter(phase);
  }

  private void breakAndHeal(Actors actors) throws Exception {
    Scene scene = new Scene(names, actors.crew(), random);
    actors.crew().report();
    enter(Ledger.Phase.FAULT, actors);
    breakage.strike().on(scene);
    struckAt = System.nanoTime();
    long outage = breakage.traits().outage().toMillis();
    Thread.sleep(outage + random.nextLong(outage)); // the outage itself
    actors.crew().report();
    healedAt = System.nanoTime();
    breakage.heal().on(scene);
  }

  private void checkHealthToldSo(HealthWatch health) {
    Traits traits = breakage.traits();
    long promised = struckAt + traits.noticedWithin().toNanos();
    long from = promised + stalls.lostBetween(struckAt, promised).toNanos();
    if (!traits.noticedWithin().isZero()
        && from - healedAt < 0
        && health.claimedToConsume(from, healedAt)) {
      mistakes.add(
          "health said RUNNING more than " + traits.noticedWithin() + " after the fault began");
    }
  }

  private void recover(Actors actors) throws Exception {
    long begin = System.nanoTime();
    if (!Patience.until(RECOVERY, () -> isHealthy(actors))) {
      mistakes.add("not healthy after " + RECOVERY + ": " + health(actors));
    }
    long handled = progress(actors);
    if (!Patience.until(PROGRESS, () -> progress(actors) > handled)) {
      mistakes.add("healthy, and nothing was handled for " + PROGRESS + ": " + health(actors));
    }
    Probe probe = new Probe(actors.caller(), names, chance);
    if (!Patience.until(RECOVERY, probe::answers)) {
      mistakes.add("no call was answered for " + RECOVERY + " after the fault: " + probe.last());
    }
    recovery = Duration.ofNanos(System.nanoTime() - begin);
    enter(Ledger.Phase.CALM_AGAIN, actors);
  }

  private long progress(Actors actors) throws Exception {
    actors.crew().report();
    return ledger.handledInAll();
  }

  private static boolean isHealthy(Actors actors) {
    return actors.server().health().healthy() && actors.caller().health().healthy();
  }

  private static String health(Actors actors) {
    return "server " + actors.server().health() + ", caller " + actors.caller().health();
  }

  private void settle(Actors actors) throws Exception {
    CallBook calls = actors.calls();
    if (!Patience.until(ENDING, () -> ledger.underWay() + calls.underWay() == 0)) {
      mistakes.add(
          "%d publishes and %d calls did not end".formatted(ledger.underWay(), calls.underWay()));
    }
    Patience.until(
        SETTLING,
        () -> {
          actors.crew().report();
          return ledger.missing(excusedUntil()).isEmpty();
        });
    left("in the broker", Patience.untilNone(ENDING, () -> site.unsettled(names)));
    left("in the broker objects", Patience.untilNone(ENDING, () -> pending(actors)));
  }

  private static List<String> pending(Actors actors) {
    List<String> pending = new ArrayList<>();
    int calls = actors.caller().counters().callsInFlight();
    if (calls > 0) {
      pending.add(calls + " calls in flight");
    }
    actors.server().health().subscriptions().stream()
        .filter(each -> each.inFlight() > 0)
        .forEach(each -> pending.add(each.inFlight() + " in flight of " + each.name()));
    return pending;
  }

  private void checkNothingIsLeft(Remains before) throws Exception {
    left("in this process", Patience.untilNone(ENDING, () -> Remains.now().since(before)));
    left("of closed clients in the broker", Patience.untilNone(ENDING, site::left));
  }

  private void left(String where, List<String> what) {
    if (!what.isEmpty()) {
      left += what.size();
      mistakes.add("left " + where + ": " + what);
    }
  }

  /** What was sent before may be lost with the queue. */
  private long excusedUntil() {
    return breakage.traits().losesQueue() ? struckAt : Long.MIN_VALUE / 2;
  }

  private Row row(CallBook calls) {
    List<Integer> lost = ledger.missing(excusedUntil());
    int excused = ledger.missing(Long.MIN_VALUE / 2).size() - lost.size();
    if (!lost.isEmpty()) {
      mistakes.add("confirmed and lost: " + lost);
    }
    mistakes.addAll(ledger.mistakes());
    mistakes.addAll(calls.mistakes());
    return new Row(
        site.name(),
        breakage.name(),
        seed,
        ledger.size(),
        ledger.confirmed(),
        lost.size(),
        excused,
        ledger.dead(),
        ledger.duplicates(),
        calls.begun(),
        calls.answered(),
        calls.late(),
        calls.failures(),
        left,
        recovery,
        List.copyOf(mistakes));
  }
}
