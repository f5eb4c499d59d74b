package dev.parley.redis;

import dev.parley.spi.ConnectionState;
import dev.parley.spi.Scheduler;
import dev.parley.spi.TransportException;
import dev.parley.spi.TransportListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection for everything that does not block and is not publishing: settling, claiming,
 * declaring. Commands are pipelined on it.
 *
 * <p>Any thread may call it. What waits for the connection is guarded by this object's monitor, and
 * bounded in number and in time.
 */
final class CommandLink implements LinkKeeper.Work {

  private static final int MAX_WAITING = 10_000;

  private final LinkKeeper keeper;
  private final Scheduler scheduler;
  private final Duration patience;
  private final Duration heartbeat;
  private final TransportListener listener;
  private final Queue<Waiting<?>> waiting = new ArrayDeque<>();
  private final CompletableFuture<Void> connected = new CompletableFuture<>();
  private volatile String whyDown = "not connected yet";

  CommandLink(
      Links links, RedisSettings settings, Scheduler scheduler, TransportListener listener) {
    this.keeper =
        new LinkKeeper(
            lost -> Fitness.checked(links.open(null, lost), links), scheduler, settings, this);
    this.scheduler = scheduler;
    this.patience = settings.connectTimeout();
    this.heartbeat = settings.heartbeat();
    this.listener = listener;
  }

  /** A command that waits for the connection. */
  private record Waiting<T>(
      Function<Link, CompletionStage<T>> command, CompletableFuture<T> result) {
    void run(Link link, LinkKeeper keeper) {
      if (result.isDone()) {
        return; // it has waited too long
      }
      CompletionStage<T> answer;
      try {
        answer = command.apply(link);
      } catch (UnreachableException e) { // the server for this key cannot be reached
        answer = CompletableFuture.failedStage(e);
      }
      var unused =
          answer.whenComplete(
              (value, error) -> {
                if (error == null) {
                  result.complete(value);
                } else {
                  result.completeExceptionally(error);
                  failLink(link, keeper, error);
                }
              });
    }

    /** Of a cluster, one server's connection may be lost, and with it this one is of no use. */
    private static void failLink(Link link, LinkKeeper keeper, Throwable error) {
      boolean alive =
          error instanceof UnreachableException
              || (RedisErrors.isAnswer(error) && !RedisErrors.isUnfit(error));
      if (!alive) {
        keeper.fail(link, RedisErrors.unwrap(error));
      }
    }
  }

  /** It is wanted; completes once it was open for the first time. */
  CompletionStage<Void> start() {
    keeper.start();
    return connected;
  }

  /** Whether it is open now. */
  boolean isUp() {
    return keeper.link() != null;
  }

  /** Writes a command now, or waits for the connection for some seconds at most. */
  <T> CompletionStage<T> run(Function<Link, CompletionStage<T>> command) {
    keeper.start();
    Waiting<T> call = new Waiting<>(command, new CompletableFuture<>());
    Link link;
    synchronized (this) {
      link = keeper.link();
      if (keeper.isClosed() || (link == null && waiting.size() >= MAX_WAITING)) {
        return CompletableFuture.failedStage(new TransportException(whyDown, null));
      }
      if (link == null) {
        waiting.add(call);
      }
    }
    if (link != null) {
      call.run(link, keeper);
    } else {
      Scheduler.Task late = scheduler.schedule(patience, () -> giveUp(call));
      var unused = call.result().whenComplete((value, error) -> late.cancel());
      Link now = keeper.link();
      if (now != null) {
        runWaiting(now); // opened in between
      }
    }
    return call.result();
  }

  private void giveUp(Waiting<?> call) {
    synchronized (this) {
      waiting.remove(call);
    }
    call.result()
        .completeExceptionally(new TransportException("Redis cannot be reached: " + whyDown, null));
  }

  /** Writes one of Lettuce's own commands about a key. */
  <T> CompletionStage<T> command(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    return run(link -> command.apply(link.commands(key)));
  }

  /** Runs a script on a key. */
  CompletionStage<List<Object>> script(Script script, String key, Object... arguments) {
    return run(link -> script(link, script, key, arguments));
  }

  /** Runs a script on a connection. A script that returns a number returns a list of it. */
  static CompletionStage<List<Object>> script(
      Link link, Script script, String key, Object... arguments) {
    String[] keys = {key};
    byte[][] values = new byte[arguments.length][];
    for (int i = 0; i < arguments.length; i++) {
      values[i] =
          arguments[i] instanceof byte[] bytes
              ? bytes
              : String.valueOf(arguments[i]).getBytes(StandardCharsets.UTF_8);
    }
    RedisFuture<List<Object>> known =
        link.commands(key).evalsha(script.digest(), ScriptOutputType.MULTI, keys, values);
    return known
        .toCompletableFuture()
        .handle(
            (result, error) -> {
              if (error != null && RedisErrors.code(error).equals("NOSCRIPT")) {
                RedisFuture<List<Object>> whole =
                    link.commands(key).eval(script.source(), ScriptOutputType.MULTI, keys, values);
                return (CompletionStage<List<Object>>) whole;
              }
              return error == null
                  ? CompletableFuture.completedStage(result)
                  : CompletableFuture.<List<Object>>failedStage(error);
            })
        .thenCompose(stage -> stage);
  }

  /** An element of a script's result as text. */
  static String text(@Nullable Object element) {
    return element instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(element);
  }

  /** An element of a script's result as a number. */
  static long number(Object element) {
    return element instanceof Long number ? number : Long.parseLong(text(element));
  }

  @Override
  public void opening() {
    listener.changed("consume", ConnectionState.CONNECTING, null);
  }

  @Override
  public void up(Link link) {
    listener.changed("consume", ConnectionState.UP, null);
    connected.complete(null);
    runWaiting(link);
    Fitness.watch(link, keeper, scheduler, heartbeat);
  }

  private void runWaiting(Link link) {
    List<Waiting<?>> calls;
    synchronized (this) {
      calls = new ArrayList<>(waiting);
      waiting.clear();
    }
    calls.forEach(call -> call.run(link, keeper));
  }

  @Override
  public void down(Throwable why) {
    whyDown = RedisErrors.describe(why);
    listener.changed("consume", ConnectionState.DOWN, why);
  }

  /** Closes it; what waits fails. Idempotent; the stage never fails. */
  CompletionStage<Void> close() {
    whyDown = "the broker was closed";
    CompletionStage<Void> closed = keeper.close();
    connected.completeExceptionally(new TransportException(whyDown, null));
    List<Waiting<?>> calls;
    synchronized (this) {
      calls = new ArrayList<>(waiting);
      waiting.clear();
    }
    calls.forEach(
        call -> call.result().completeExceptionally(new TransportException(whyDown, null)));
    listener.changed("consume", ConnectionState.CLOSED, null);
    return closed;
  }
}
