package dev.parley.redis;

import dev.parley.spi.SendResult;
import java.util.concurrent.CompletionStage;

/** What a message is as a command. */
interface Publication {

  /** How many bytes of body it has. */
  int size();

  /**
   * Writes the command; the stage fails as the command does.
   *
   * @throws UnreachableException if nothing can be written, see {@link Link#commands}
   */
  CompletionStage<SendResult> write(Link link);
}
