package dev.parley.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A class that nobody may load because a message names it: {@link Bait} tells when it is
 * initialised, and {@link #watching} makes a class loader that tells when it is asked for. Any
 * thread may call it.
 */
final class Poison {

  /** The name of the class, as messages have it. */
  static final String NAME = "dev.parley.conformance.Poison$Bait";

  private static final Set<String> ASKED_FOR = ConcurrentHashMap.newKeySet();

  private Poison() {}

  /** What was loaded, or asked for by name. */
  static Set<String> askedFor() {
    return Set.copyOf(ASKED_FOR);
  }

  /** A class loader for the threads under test, which inherit it. */
  static ClassLoader watching(ClassLoader parent) {
    return new ClassLoader(parent) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(NAME)) {
          ASKED_FOR.add(name + " by loader");
        }
        return super.loadClass(name, resolve);
      }
    };
  }

  /** A serialised object whose stream names the bait, without loading it here. */
  static byte[] serialised() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new java.util.ArrayList<>(java.util.List.of(NAME)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The class that is named. */
  static final class Bait {
    static {
      ASKED_FOR.add(NAME + " initialised");
    }

    private Bait() {}
  }
}
