package dev.parley.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What this process holds at one moment.
 *
 * @param threads their names
 * @param sockets as {@link Sockets} tells them
 */
record Remains(Set<String> threads, Set<String> sockets) {

  /** Threads of the platform, of this suite, and of libraries for the whole process. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "(process reaper.*|relay-.*|faults-.*|ForkJoinPool.commonPool.*|Attach Listener"
              + "|.*[Cc]leaner.*|globalEventExecutor.*|CompletableFutureDelayScheduler"
              + "|VirtualThread-unparker|surefire.*|ForkJoinPool-1-worker.*)");

  static Remains now() throws IOException {
    Set<String> threads =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> !OTHERS.matcher(name).matches())
            .collect(Collectors.toCollection(TreeSet::new));
    return new Remains(threads, Sockets.now());
  }

  /** What is here and was not there before, in words. */
  List<String> since(Remains before) {
    List<String> more = new ArrayList<>();
    addMore(more, "threads ", threads, before.threads);
    addMore(more, "sockets ", sockets, before.sockets);
    return more;
  }

  private static void addMore(List<String> to, String what, Set<String> now, Set<String> before) {
    Set<String> more = new TreeSet<>(now);
    more.removeAll(before);
    if (!more.isEmpty()) {
      to.add(what + more);
    }
  }
}
