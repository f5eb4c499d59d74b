package dev.parley.redis;

import static dev.parley.redis.CommandLink.number;
import static dev.parley.redis.CommandLink.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of one group of one stream, as Redis knows it: what it can be asked and told. Any
 * thread; it has no state but the clock of the server.
 */
final class Group {

  private static final int MAX_OWN = 10_000;

  private final String stream;
  private final String group;
  private final String consumer;
  private final CommandLink commands;
  private final Duration claimAfter;
  private final Duration presence;
  private final ServerClock clock = new ServerClock();

  Group(
      String stream, String group, String consumer, CommandLink commands, RedisSettings settings) {
    this.stream = stream;
    this.group = group;
    this.consumer = consumer;
    this.commands = commands;
    this.claimAfter = settings.claimAfter();
    this.presence = settings.heartbeat().multipliedBy(3);
  }

  /** An entry whose next attempt begins. */
  record Taken(String id, int attempt, Map<String, byte[]> fields) {}

  /** Where a search for what others have left goes on, and what it has found, due when. */
  record Claimed(String cursor, Map<String, Duration> waits) {}

  String stream() {
    return stream;
  }

  ServerClock clock() {
    return clock;
  }

  /** Makes stream and group exist, and reads the server's clock. */
  CompletionStage<Void> declare(Link link) {
    long asked = System.nanoTime();
    return CommandLink.script(link, Script.DECLARE, stream, group)
        .thenAccept(answer -> clock.sample(answer, asked, System.nanoTime()));
  }

  /** What this consumer has pending: after a lost connection more than it knows of. */
  CompletionStage<Map<String, Duration>> own() {
    return commands
        .command(
            stream,
            redis ->
                redis.xpending(
                    stream, Consumer.from(group, consumer), Range.unbounded(), Limit.from(MAX_OWN)))
        .thenApply(pending -> pending.stream().map(entry -> entry.getId()).toList())
        .thenCompose(this::waits);
  }

  CompletionStage<List<StreamMessage<String, byte[]>>> read(
      RedisClusterAsyncCommands<String, byte[]> redis, XReadArgs blocking) {
    return StreamReads.next(redis, blocking, Consumer.from(group, consumer), stream);
  }

  /** Begins the next attempt of entries of this consumer, those that are still its own. */
  CompletionStage<List<Taken>> take(List<String> ids) {
    return commands
        .script(Script.TAKE, stream, arguments(ids))
        .thenApply(answer -> answer.stream().map(Group::taken).toList());
  }

  private static Taken taken(Object element) {
    List<?> parts = (List<?>) element;
    List<?> flat = (List<?>) parts.get(2);
    Map<String, byte[]> fields = new LinkedHashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      fields.put(text(flat.get(i)), (byte[]) flat.get(i + 1));
    }
    return new Taken(
        text(parts.get(0)), (int) Math.min(Integer.MAX_VALUE, number(parts.get(1))), fields);
  }

  CompletionStage<Boolean> acknowledge(String id) {
    return commands
        .command(stream, redis -> redis.xack(stream, group, id))
        .thenApply(count -> count > 0);
  }

  /** Acknowledges entries in one trip; of each, in their order, whether it was still pending. */
  CompletionStage<List<Boolean>> acknowledge(List<String> ids) {
    if (ids.size() == 1) {
      return acknowledge(ids.get(0)).thenApply(List::of);
    }
    List<Object> arguments = new ArrayList<>(ids.size() + 1);
    arguments.add(group);
    arguments.addAll(ids);
    return commands
        .script(Script.ACKNOWLEDGE, stream, arguments.toArray())
        .thenApply(answer -> answer.stream().map(count -> number(count) > 0).toList());
  }

  /** How long these must wait: not at all, unless a late retry was asked for. */
  private CompletionStage<Map<String, Duration>> waits(List<String> ids) {
    if (ids.isEmpty()) {
      return CompletableFuture.completedStage(Map.of());
    }
    byte[][] members = ids.stream().map(this::member).toArray(byte[][]::new);
    return commands
        .command(Keys.due(stream), redis -> redis.zmscore(Keys.due(stream), members))
        .thenApply(scores -> waits(ids, scores));
  }

  private Map<String, Duration> waits(List<String> ids, List<@Nullable Double> scores) {
    long now = clock.millis(System.nanoTime());
    Map<String, Duration> waits = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      Double due = scores.get(i);
      long millis = due == null ? 0 : Math.max(0, due.longValue() - now);
      waits.put(ids.get(i), Duration.ofMillis(millis));
    }
    return waits;
  }

  private byte[] member(String name) {
    return (group + "/" + name).getBytes(UTF_8);
  }

  /** Keeps an entry pending with this consumer, its next attempt being this one. */
  CompletionStage<Boolean> hold(String id, int nextAttempt) {
    return hold(id, consumer, Duration.ZERO, nextAttempt - 1);
  }

  /**
   * As {@link #hold(String, int)}, for so long. Should this consumer die, another claims the entry
   * before a long delay is over, and must know of it.
   */
  CompletionStage<Boolean> hold(String id, int nextAttempt, Duration delay) {
    if (delay.compareTo(claimAfter) <= 0) {
      return hold(id, nextAttempt);
    }
    double due = (double) clock.millis(System.nanoTime()) + delay.toMillis();
    return commands
        .command(Keys.due(stream), redis -> redis.zadd(Keys.due(stream), due, member(id)))
        .thenCompose(added -> hold(id, nextAttempt));
  }

  /** Hands an entry back, to be claimed by anybody at once, as this attempt. */
  CompletionStage<Boolean> release(String id, int nextAttempt) {
    return hold(id, Keys.RELEASED, claimAfter, nextAttempt - 1);
  }

  /** Hands back an entry that was held, to be claimed by anybody after that time. */
  CompletionStage<Boolean> handOver(String id, Duration left) {
    Duration idle = claimAfter.minus(left);
    return hold(id, Keys.RELEASED, idle.isNegative() ? Duration.ZERO : idle, "");
  }

  private CompletionStage<Boolean> hold(String id, String whose, Duration idle, Object attempts) {
    return commands
        .script(Script.HOLD, stream, group, consumer, whose, idle.toMillis(), attempts, id)
        .thenApply(answer -> number(answer.get(0)) == 1);
  }

  /** Forgets late retries whose time has come. */
  CompletionStage<Void> forgetDue() {
    double now = clock.millis(System.nanoTime());
    return commands
        .command(
            Keys.due(stream),
            redis -> redis.zremrangebyscore(Keys.due(stream), Range.create(0.0, now)))
        .thenAccept(count -> {});
  }

  /** Says that these are still being worked on; returns those that another has got by now. */
  CompletionStage<List<String>> renew(List<String> ids) {
    return commands
        .script(Script.RENEW, stream, arguments(ids))
        .thenApply(answer -> answer.stream().map(CommandLink::text).toList());
  }

  /** Claims what others have left or handed back. Fails when stream or group are gone. */
  CompletionStage<Claimed> claim(String cursor, int count) {
    XAutoClaimArgs<String> arguments =
        new XAutoClaimArgs<String>()
            .consumer(Consumer.from(group, consumer))
            .minIdleTime(claimAfter)
            .startId(cursor)
            .count(count)
            .justid();
    return commands
        .command(stream, redis -> redis.xautoclaim(stream, arguments))
        .thenCompose(
            found ->
                waits(found.getMessages().stream().map(StreamMessage::getId).toList())
                    .thenApply(waits -> new Claimed(found.getId(), waits)));
  }

  /** Only whether stream and group are there, for a consumer that has no room. */
  CompletionStage<Void> check() {
    return commands
        .command(stream, redis -> redis.xpending(stream, group))
        .thenAccept(summary -> {});
  }

  /** Reads the server's clock. */
  CompletionStage<Void> readClock() {
    long asked = System.nanoTime();
    return commands
        .script(Script.DECLARE, stream, group)
        .thenAccept(answer -> clock.sample(answer, asked, System.nanoTime()));
  }

  /** Removes what all groups are done with. */
  CompletionStage<Void> trim(Duration keep, Collection<String> acknowledged) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(keep.toMillis());
    arguments.addAll(acknowledged);
    return commands.script(Script.TRIM, stream, arguments.toArray()).thenAccept(count -> {});
  }

  /** Says that this consumer is there. */
  CompletionStage<Void> here() {
    return commands
        .script(Script.HERE, Keys.live(stream), presence.toMillis(), group + "/" + consumer)
        .thenAccept(names -> {});
  }

  /** Removes this consumer; what it has pending is handed back. */
  CompletionStage<Void> leave() {
    return commands
        .command(Keys.live(stream), redis -> redis.zrem(Keys.live(stream), member(consumer)))
        .thenCompose(
            gone ->
                commands.script(
                    Script.LEAVE, stream, group, consumer, Keys.RELEASED, claimAfter.toMillis()))
        .thenAccept(count -> {});
  }

  /** Removes consumers of ours that have left without a word, and have nothing pending. */
  CompletionStage<Void> forgetOthers() {
    return commands
        .script(Script.HERE, Keys.live(stream), presence.toMillis())
        .thenCombine(
            commands.command(stream, redis -> redis.xinfoConsumers(stream, group)), this::departed)
        .thenCompose(departed -> commands.script(Script.FORGET, stream, forgetting(departed)))
        .thenAccept(count -> {});
  }

  private Object[] forgetting(List<String> departed) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(group);
    arguments.add(claimAfter.toMillis());
    arguments.addAll(departed);
    return arguments.toArray();
  }

  private List<String> departed(List<Object> present, List<Object> consumers) {
    List<String> here = present.stream().map(CommandLink::text).toList();
    List<String> departed = new ArrayList<>();
    for (Object each : consumers) {
      List<?> facts = (List<?>) each;
      String name = text(facts.get(1)); // the first fact is the name
      if (name.startsWith(GroupListening.CONSUMER) && !here.contains(group + "/" + name)) {
        departed.add(name);
      }
    }
    return departed;
  }

  private Object[] arguments(List<String> ids) {
    List<Object> arguments = new ArrayList<>(List.of(group, consumer));
    arguments.addAll(ids);
    return arguments.toArray();
  }

  @Override
  public String toString() {
    return "group \"" + group + "\" of stream \"" + stream + "\"";
  }
}
