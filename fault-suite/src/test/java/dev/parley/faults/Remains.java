package dev.parley.faults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What this process holds at one moment: its threads, and its sockets.
 *
 * @param threads their names
 * @param sockets how many file descriptors are sockets
 */
record Remains(Set<String> threads, int sockets) {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Threads of the platform, of this suite, and of libraries for the whole process. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "(process reaper.*|relay-.*|faults-.*|ForkJoinPool.commonPool.*|Attach Listener"
              + "|.*[Cc]leaner.*|globalEventExecutor.*|CompletableFutureDelayScheduler"
              + "|VirtualThread-unparker|surefire.*|ForkJoinPool-1-worker.*|.*-unblocker.*)");

  static Remains now() throws IOException {
    Set<String> threads =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> !OTHERS.matcher(name).matches())
            .collect(Collectors.toCollection(TreeSet::new));
    return new Remains(threads, countSockets());
  }

  private static int countSockets() throws IOException {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0; // no Linux
    }
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path each : all) {
        count += isSocket(each) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean isSocket(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (NoSuchFileException closedMeanwhile) {
      return false;
    }
  }

  /** What is here and was not there before, in words. */
  List<String> since(Remains before) {
    List<String> more = new ArrayList<>();
    Set<String> threadsMore = new TreeSet<>(threads);
    threadsMore.removeAll(before.threads);
    if (!threadsMore.isEmpty()) {
      more.add("threads " + threadsMore);
    }
    if (sockets > before.sockets) {
      more.add("%d sockets".formatted(sockets - before.sockets));
    }
    return more;
  }
}
