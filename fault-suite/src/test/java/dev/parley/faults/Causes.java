package dev.parley.faults;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What futures fail with. Stateless. */
final class Causes {

  private Causes() {}

  /** Without what a stage of a future has wrapped it in; null for a success. */
  static @Nullable Throwable of(@Nullable Throwable error) {
    return error instanceof CompletionException ? error.getCause() : error;
  }
}
