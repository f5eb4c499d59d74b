package dev.parley.conformance;

import static dev.parley.PublishOptions.to;

import dev.parley.Broker;
import dev.parley.DeadLetters;
import dev.parley.conformance.brokers.ChildJvm;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The main program of a JVM that serves, calls or replays until it is killed. */
final class DoomedPeer {

  private static final String ROLE = "doomed.role";
  private static final String QUEUE = "doomed.queue";
  private static final String SETTING = "doomed.setting.";
  private static final int KILLED = 128 + 9;

  /** What it does. */
  enum Role {
    /** Answers the queue with a stream that has no end. */
    STREAM_SERVER,
    /** Answers the queue never; tells on the queue {@link #begun} when it has a request. */
    SILENT_SERVER,
    /** Calls the queue for a stream, and takes one item of it. */
    STREAM_CALLER,
    /**
     * Replays the dead letters of the queue; tells on the queue {@link #begun} when it has sent
     * {@link #FIRST_PART} of them, and falls dead behind as many more, most of them under way.
     */
    REPLAYER
  }

  /** How many dead letters are sent back before somebody learns of it. */
  static final int FIRST_PART = 30;

  private DoomedPeer() {}

  /** Starts one, in that role, with these settings. */
  static ChildJvm start(Role role, String queue, Map<String, String> settings) {
    Map<String, String> properties = new HashMap<>();
    properties.put(ROLE, role.name());
    properties.put(QUEUE, queue);
    settings.forEach((name, value) -> properties.put(SETTING + name, value));
    return ChildJvm.run(DoomedPeer.class, properties);
  }

  /** Where a server tells that it has a request. */
  static String begun(String queue) {
    return queue + ".begun";
  }

  /** Works until the process is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    Broker.Builder builder = Broker.builder();
    System.getProperties()
        .forEach(
            (name, value) -> {
              if (String.valueOf(name).startsWith(SETTING)) {
                builder.setting(
                    String.valueOf(name).substring(SETTING.length()), String.valueOf(value));
              }
            });
    try (Broker broker = builder.build()) {
      work(broker, Role.valueOf(System.getProperty(ROLE)), System.getProperty(QUEUE));
    }
  }

  private static void work(Broker broker, Role role, String queue) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    switch (role) {
      case STREAM_SERVER -> {
        broker.subscribe(queue, Integer.class, n -> IntStream.iterate(1, i -> i + 1).boxed());
        broker.start();
      }
      case SILENT_SERVER -> {
        broker.subscribe(
            queue,
            Integer.class,
            n -> {
              broker.publish(n, to(begun(queue)));
              return hang(never);
            });
        broker.start();
      }
      case STREAM_CALLER -> {
        Stream<Integer> items = broker.stream(1, to(queue).callback(Integer.class).credit(50));
        items.iterator().next();
        hang(never);
        items.close();
      }
      case REPLAYER -> replay(broker, queue);
    }
    hang(never);
  }

  private static void replay(Broker broker, String queue) {
    AtomicInteger looked = new AtomicInteger();
    broker
        .deadLetters(queue)
        .replay(
            DeadLetters.LARGEST_REPLAY,
            letter -> {
              int count = looked.incrementAndGet();
              if (count == FIRST_PART) {
                broker.publish(count, to(begun(queue)));
              } else if (count == 2 * FIRST_PART) {
                Runtime.getRuntime().halt(KILLED); // as SIGKILL would, and not a moment later
              }
              return true;
            });
  }

  private static int hang(CountDownLatch never) throws InterruptedException {
    never.await(); // until it is killed, which its parent sees to even when it dies itself
    return 0;
  }
}
