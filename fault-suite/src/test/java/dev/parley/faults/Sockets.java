package dev.parley.faults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The TCP sockets of this process, from Linux's own list; elsewhere there seem to be none. */
final class Sockets {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
  private static final String PREFIX = "socket:[";
  private static final Path UNIX = Path.of("/proc/self/net/unix");
  private static final int UNIX_INODE = 6; // the column
  private static final int INODE = 9;
  private static final int STATE = 3;

  private Sockets() {}

  /** Each as {@code 5672>41234 state 1}: the local port, the other one, and Linux's state. */
  static Set<String> now() throws IOException {
    Set<String> sockets = new TreeSet<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return sockets;
    }
    Map<String, String> known = table();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path each : all) {
        String target = target(each);
        if (target.startsWith(PREFIX)) {
          String inode = target.substring(PREFIX.length(), target.length() - 1);
          sockets.add(known.getOrDefault(inode, "not connected " + inode));
        }
      }
    }
    return sockets;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException closedMeanwhile) {
      return "";
    }
  }

  private static Map<String, String> table() throws IOException {
    Map<String, String> byInode = new HashMap<>();
    for (Path table : TABLES) {
      for (String line : Files.isReadable(table) ? Files.readAllLines(table) : List.<String>of()) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns.length > INODE && columns[1].contains(":")) {
          byInode.put(
              columns[INODE],
              "%d>%d state %d".formatted(port(columns[1]), port(columns[2]), hex(columns[STATE])));
        }
      }
    }
    for (String line : Files.isReadable(UNIX) ? Files.readAllLines(UNIX) : List.<String>of()) {
      String[] columns = line.trim().split("\\s+", -1);
      // What Java puts in place of a socket that is closed while a thread still uses it.
      byInode.put(columns[UNIX_INODE], "unix " + columns[UNIX_INODE]);
    }
    return byInode;
  }

  private static int port(String address) {
    return hex(address.substring(address.indexOf(':') + 1));
  }

  private static int hex(String digits) {
    return Integer.parseInt(digits, 16);
  }
}
