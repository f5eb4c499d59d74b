package dev.parley.bench.contestant;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Lettuce by hand with weaker guarantees: requests by a stream with a group, replies by Pub/Sub,
 * which keeps nothing; a request is acknowledged whether its reply was published or not. Calls
 * only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a reply that does not come fails the run
public final class RedisWeaker implements Contestant {
  private static final int ID = 64; // bytes of a reply before its body

  private final RedisParts redis;
  private final Closings closings = new Closings();

  /** For the server of that URL. */
  public RedisWeaker(String url) {
    redis = closings.first(RedisParts.of(url));
  }

  @Override
  public void declare(String queue) {
    redis.declare(queue);
  }

  @Override
  public void serve(String queue, Work work) {
    RedisCommands<String, byte[]> reading = redis.connect().sync();
    RedisAsyncCommands<String, byte[]> replying = redis.connect().async();
    closings.first(
        Loop.start(
            "serve",
            () -> {
              List<StreamMessage<String, byte[]>> requests = RedisParts.readGroup(reading, queue);
              for (StreamMessage<String, byte[]> request : requests) {
                Map<String, byte[]> fields = request.getBody();
                byte[] body = work.handle(Objects.requireNonNull(fields.get(RedisParts.DATA)));
                byte[] reply = new byte[ID + body.length];
                byte[] id = Objects.requireNonNull(fields.get(RedisParts.CORRELATION_ID));
                System.arraycopy(id, 0, reply, 0, id.length);
                System.arraycopy(body, 0, reply, ID, body.length);
                replying.publish(RedisParts.text(fields, RedisParts.REPLY_TO), reply);
              }
              RedisParts.done(replying, queue, RedisParts.ids(requests));
            }));
  }

  @Override
  public Caller caller(String queue, Work work) {
    PendingCalls calls = new PendingCalls(work);
    String inbox = "replies-" + UUID.randomUUID();
    StatefulRedisPubSubConnection<String, byte[]> subscribed =
        redis.client().connectPubSub(RedisParts.CODEC);
    subscribed.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String channel, byte[] reply) {
            String id = new String(reply, 0, ID, UTF_8).trim();
            calls.replied(id, Arrays.copyOfRange(reply, ID, reply.length));
          }
        });
    subscribed.sync().subscribe(inbox);
    RedisAsyncCommands<String, byte[]> requests = redis.connect().async();
    byte[] replyTo = inbox.getBytes(UTF_8);
    return new CallerByHand(
        calls,
        (id, body, reply) ->
            requests.xadd(
                queue,
                RedisParts.ADD,
                Map.of(
                    RedisParts.CORRELATION_ID,
                    id.getBytes(UTF_8),
                    RedisParts.REPLY_TO,
                    replyTo,
                    RedisParts.DATA,
                    body)));
  }

  @Override
  public void close() throws IOException {
    closings.close();
  }
}
