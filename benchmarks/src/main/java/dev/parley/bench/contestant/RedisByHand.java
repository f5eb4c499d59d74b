package dev.parley.bench.contestant;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Lettuce by hand with Parley's guarantees: requests by a stream with a group, replies by a stream,
 * a request is acknowledged and removed after its reply has been added, handlers run on the thread
 * that reads, which is not Lettuce's. What is read together is flushed and acknowledged together.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a reply that does not come fails the run
public final class RedisByHand implements Contestant {
  private static final int AHEAD = 256;

  private final RedisParts redis;
  private final Closings closings = new Closings();

  /** For the server of that URL. */
  public RedisByHand(String url) {
    redis = closings.first(RedisParts.of(url));
  }

  @Override
  public void declare(String queue) {
    redis.declare(queue);
  }

  @Override
  public void serve(String queue, Work work) {
    RedisCommands<String, byte[]> reading = redis.connect().sync();
    StatefulRedisConnection<String, byte[]> replying = redis.connect();
    replying.setAutoFlushCommands(false);
    RedisAsyncCommands<String, byte[]> settling = redis.connect().async();
    closings.first(
        Loop.start(
            "serve",
            () -> {
              List<StreamMessage<String, byte[]>> requests = RedisParts.readGroup(reading, queue);
              CompletableFuture<?>[] replies =
                  requests.stream()
                      .map(request -> reply(replying.async(), request.getBody(), work))
                      .toArray(CompletableFuture<?>[]::new);
              replying.flushCommands();
              CompletableFuture.allOf(replies)
                  .thenRun(() -> RedisParts.done(settling, queue, RedisParts.ids(requests)));
            }));
  }

  private static CompletableFuture<String> reply(
      RedisAsyncCommands<String, byte[]> commands, Map<String, byte[]> request, Work work) {
    Map<String, byte[]> reply =
        Map.of(
            RedisParts.CORRELATION_ID,
            Objects.requireNonNull(request.get(RedisParts.CORRELATION_ID)),
            RedisParts.DATA,
            work.handle(Objects.requireNonNull(request.get(RedisParts.DATA))));
    return commands
        .xadd(RedisParts.text(request, RedisParts.REPLY_TO), RedisParts.ADD, reply)
        .toCompletableFuture();
  }

  @Override
  public Caller caller(String queue, Work work) {
    PendingCalls calls = new PendingCalls(work);
    byte[] inbox =
        inbox(
                reply ->
                    calls.replied(
                        RedisParts.text(reply, RedisParts.CORRELATION_ID),
                        Objects.requireNonNull(reply.get(RedisParts.DATA))))
            .getBytes(UTF_8);
    RedisAsyncCommands<String, byte[]> requests = redis.connect().async();
    return new CallerByHand(
        calls,
        (id, body, reply) ->
            requests
                .xadd(
                    queue,
                    RedisParts.ADD,
                    Map.of(
                        RedisParts.CORRELATION_ID,
                        id.getBytes(UTF_8),
                        RedisParts.REPLY_TO,
                        inbox,
                        RedisParts.DATA,
                        body))
                .whenComplete((added, error) -> failUnlessAdded(reply, added, error)));
  }

  private static void failUnlessAdded(
      CompletableFuture<Object> future, String added, Throwable error) {
    if (error != null) {
      future.completeExceptionally(error);
    } else if (added == null) {
      future.completeExceptionally(new IOException("no such stream"));
    }
  }

  /** Reads replies from now on, and removes them; returns the stream they go to. */
  private String inbox(Consumer<Map<String, byte[]>> taking) {
    String inbox = "replies-" + UUID.randomUUID();
    redis.declare(inbox);
    RedisCommands<String, byte[]> reading = redis.connect().sync();
    RedisAsyncCommands<String, byte[]> removing = redis.connect().async();
    AtomicReference<String> last = new AtomicReference<>("0");
    closings.first(
        Loop.start(
            "replies",
            () -> {
              List<StreamMessage<String, byte[]>> replies =
                  RedisParts.read(reading, inbox, Objects.requireNonNull(last.get()));
              for (StreamMessage<String, byte[]> reply : replies) {
                taking.accept(reply.getBody());
                last.set(reply.getId());
              }
              if (!replies.isEmpty()) {
                removing.xdel(inbox, RedisParts.ids(replies));
              }
            }));
    return inbox;
  }

  @Override
  public Sender sender(String queue) {
    RedisAsyncCommands<String, byte[]> commands = redis.connect().async();
    return body ->
        commands
            .xadd(queue, RedisParts.ADD, Map.of(RedisParts.DATA, body))
            .toCompletableFuture()
            .thenApply(id -> Objects.requireNonNull(id, "no such stream"));
  }

  @Override
  public void consume(String queue, Runnable handled) {
    RedisCommands<String, byte[]> reading = redis.connect().sync();
    RedisAsyncCommands<String, byte[]> settling = redis.connect().async();
    closings.first(
        Loop.start(
            "consume",
            () -> {
              List<StreamMessage<String, byte[]>> messages = RedisParts.readGroup(reading, queue);
              messages.forEach(message -> handled.run());
              RedisParts.done(settling, queue, RedisParts.ids(messages));
            }));
  }

  @Override
  public void serveItems(String queue) {
    RedisCommands<String, byte[]> reading = redis.connect().sync();
    RedisAsyncCommands<String, byte[]> replying = redis.connect().async();
    Semaphore ahead = new Semaphore(AHEAD);
    closings.first(
        Loop.start(
            "serve",
            () -> {
              for (StreamMessage<String, byte[]> request : RedisParts.readGroup(reading, queue)) {
                String inbox = RedisParts.text(request.getBody(), RedisParts.REPLY_TO);
                int count = Integer.parseInt(RedisParts.text(request.getBody(), RedisParts.DATA));
                for (int i = 0; i < count; i++) {
                  ahead.acquire();
                  byte[] item = Integer.toString(i).getBytes(UTF_8);
                  replying
                      .xadd(inbox, RedisParts.ADD, Map.of(RedisParts.DATA, item))
                      .whenComplete((added, error) -> ahead.release());
                }
                RedisParts.done(replying, queue, new String[] {request.getId()});
              }
            }));
  }

  @Override
  public Items items(String queue) {
    AtomicReference<CountDownLatch> awaited = new AtomicReference<>(new CountDownLatch(0));
    byte[] inbox = inbox(item -> Objects.requireNonNull(awaited.get()).countDown()).getBytes(UTF_8);
    RedisCommands<String, byte[]> requests = redis.connect().sync();
    return count -> {
      CountDownLatch all = new CountDownLatch(count);
      awaited.set(all);
      requests.xadd(
          queue,
          RedisParts.ADD,
          Map.of(
              RedisParts.REPLY_TO,
              inbox,
              RedisParts.DATA,
              Integer.toString(count).getBytes(UTF_8)));
      if (!all.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(all.getCount() + " items did not come");
      }
    };
  }

  @Override
  public void close() throws IOException {
    closings.close();
  }
}
