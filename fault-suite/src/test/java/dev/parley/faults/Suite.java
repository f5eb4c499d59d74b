package dev.parley.faults;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What is asked for on the command line.
 *
 * @param seed of the whole run; that of each round follows from it
 * @param rounds of each fault
 * @param brokers their names
 * @param only which faults, by a regular expression of their whole name
 */
record Suite(long seed, int rounds, List<String> brokers, Pattern only) {

  private static final Map<String, Supplier<Site>> SITES =
      Map.of(
          "memory", MemorySite::new,
          "rabbit", RabbitSite::toBeBroken,
          "redis", RedisSite::new,
          "kafka", KafkaSite::toBeBroken);

  /** One of each kind, so that it takes no more than a minute. */
  private static final String SHORT =
      "connections cut|broker kill -9|reset in the middle of a confirm";

  static Suite ofThisProcess() {
    boolean all = Boolean.getBoolean("faults.long");
    return new Suite(
        Long.getLong("faults.seed", new Random().nextInt(1_000_000)),
        Integer.getInteger("faults.rounds", all ? 20 : 1),
        List.of(System.getProperty("faults.brokers", "memory,redis,rabbit,kafka").split(",")),
        Pattern.compile(System.getProperty("faults.only", all ? ".*" : SHORT)));
  }

  Site open(String broker) {
    Supplier<Site> site = SITES.get(broker);
    if (site == null) {
      throw new IllegalArgumentException(
          "faults.brokers names \"%s\"; known are %s".formatted(broker, SITES.keySet()));
    }
    return site.get();
  }

  /** One that takes more than a disk that is there to be full. */
  Site openForLoad(String broker) {
    return switch (broker) {
      case "kafka" -> KafkaSite.toBeLoaded();
      case "rabbit" -> RabbitSite.toBeLoaded();
      default -> open(broker);
    };
  }

  List<Breakage> breakages(Site site) {
    return site.breakages().stream()
        .filter(breakage -> only.matcher(breakage.name()).matches())
        .toList();
  }

  /** The seed of one round. With one round of one fault it is the seed of the run itself. */
  long seed(int round, String broker, String fault) {
    return round == 0 && rounds == 1 && isReplay()
        ? seed
        : (seed * 31 + (broker + "/" + fault).hashCode()) * 1_000 + round & 0xFFFF_FFFF_FFFFL;
  }

  private static boolean isReplay() {
    return Boolean.getBoolean("faults.replay");
  }
}
