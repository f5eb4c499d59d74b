package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.SendResult;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An entry for a stream.
 *
 * @param fields names and values in turn, see {@link Fields#write}
 * @param created how a stream that does not exist is treated
 */
record StreamPublication(Address to, List<Object> fields, int size, Creation created)
    implements Publication {

  private static final long MAX_REPLIES = 1000;
  private static final Duration REPLIES_KEPT = Duration.ofHours(1);

  /** What becomes of a message to a stream that does not exist. */
  enum Creation {
    /** Nothing: nobody has ever declared it. */
    NEVER,
    /** The stream is made, as for dead letters. */
    FOR_EVER,
    /** The stream is made for replies: bounded, and expiring. */
    FOR_A_WHILE
  }

  @Override
  public CompletionStage<SendResult> write(Link link) {
    if (created == Creation.FOR_A_WHILE) {
      return answer(link);
    }
    return link.commands(to.name())
        .dispatch(
            CommandType.XADD,
            new StatusOutput<>(FieldCodec.INSTANCE),
            new EntryArguments(to.name(), created == Creation.FOR_EVER, fields))
        .thenApply(this::result);
  }

  private SendResult result(@Nullable String id) {
    return id == null
        ? SendResult.unroutable(to + " does not exist on Redis: nobody has ever declared it")
        : SendResult.CONFIRMED;
  }

  private CompletionStage<SendResult> answer(Link link) {
    List<Object> arguments = new ArrayList<>(List.of(REPLIES_KEPT.toMillis(), MAX_REPLIES));
    arguments.addAll(fields);
    return CommandLink.script(link, Script.ANSWER, to.name(), arguments.toArray())
        .thenApply(added -> SendResult.CONFIRMED);
  }
}
