package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import dev.parley.HandleInterceptor;
import dev.parley.SubscribeOptions;
import dev.parley.Subscriber;
import dev.parley.engine.handle.HandlerSpec.BatchSize;
import dev.parley.engine.runtime.EngineSettings;
import dev.parley.spi.Address;
import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link HandlerSpec}s of what is declared, with configured defaults; every number is checked
 * here. Used by one thread at a time.
 */
final class SpecFactory {

  private static final int LARGEST_PREFETCH = 65_535; // AMQP 0-9-1 has 16 bits for it
  private static final int SHEDDING_PREFETCH = 1_000;
  private static final int DEFAULT_BATCH = 100;
  private static final Duration DEFAULT_LINGER = Duration.ofMillis(100);

  private final Settings settings;
  private final UnaryOperator<String> placeholders;

  SpecFactory(Settings settings, UnaryOperator<String> placeholders) {
    this.settings = settings;
    this.placeholders = placeholders;
  }

  /** For an annotated method. */
  HandlerSpec of(
      Subscriber subscriber,
      String where,
      String prefix,
      Signature signature,
      Invoker invoker,
      List<Address> publishTo,
      List<Object> options,
      List<HandleInterceptor> interceptors,
      HandlerSpec.@Nullable Operation operation) {
    boolean shedding = shedding(subscriber.loadShedding(), signature, where);
    int concurrency =
        number(subscriber.concurrency(), "concurrency", where)
            .orElse(settings.get(EngineSettings.CONCURRENCY));
    BatchSize batch =
        batch(
            signature,
            number(subscriber.batchSize(), "batchSize", where),
            duration(subscriber.batchLinger(), "batchLinger", DEFAULT_LINGER, where),
            !subscriber.batchSize().isBlank() || !subscriber.batchLinger().isBlank(),
            where);
    return checked(
        new HandlerSpec(
            source(subscriber, where, prefix),
            where,
            concurrency,
            prefetch(
                number(subscriber.prefetch(), "prefetch", where),
                concurrency,
                batch,
                shedding,
                where),
            number(subscriber.retry(), "retry", where),
            List.of(subscriber.noRetry()),
            duration(subscriber.limit(), "limit", settings.get(EngineSettings.LIMIT), where),
            shedding,
            batch,
            publishTo,
            options,
            interceptors,
            signature,
            invoker,
            operation));
  }

  /** For a lambda. */
  HandlerSpec of(
      SubscribeOptions options,
      String where,
      String prefix,
      Signature signature,
      Invoker invoker,
      List<HandleInterceptor> interceptors) {
    boolean shedding =
        shedding(options.loadShedding().map(String::valueOf).orElse(""), signature, where);
    int concurrency = options.concurrency().orElse(settings.get(EngineSettings.CONCURRENCY));
    BatchSize batch =
        batch(
            signature,
            options.batchSize(),
            options.batchLinger().orElse(DEFAULT_LINGER),
            options.batchSize().isPresent() || options.batchLinger().isPresent(),
            where);
    return checked(
        new HandlerSpec(
            source(options, where, prefix),
            where,
            concurrency,
            prefetch(options.prefetch(), concurrency, batch, shedding, where),
            options.retry(),
            options.noRetry(),
            options.limit().orElse(settings.get(EngineSettings.LIMIT)),
            shedding,
            batch,
            List.of(),
            options.transportOptions(),
            interceptors,
            signature,
            invoker,
            null));
  }

  private Source source(Subscriber subscriber, String where, String prefix) {
    String queue = resolve(subscriber.value(), where);
    String topic = resolve(subscriber.topic(), where);
    String group = resolve(subscriber.group(), where);
    if (queue.isBlank() == topic.isBlank()) {
      throw new DeclarationException(
          where
              + ": @Subscriber needs a queue or a topic, one of them: @Subscriber(\"orders\"), or @Subscriber(topic = \"prices\", group = \"billing\")");
    }
    if (topic.isBlank()) {
      if (!group.isBlank() || subscriber.broadcast()) {
        throw new DeclarationException(
            where
                + ": group and broadcast belong to a topic, and \""
                + queue
                + "\" is a queue; use topic = \""
                + queue
                + "\"");
      }
      return Source.queue(prefix + queue);
    }
    if (group.isBlank() != subscriber.broadcast()) {
      throw new DeclarationException(
          where
              + ": the topic \""
              + topic
              + "\" needs a group, whose members share its messages, or broadcast = true, and not both");
    }
    return subscriber.broadcast()
        ? Source.broadcast(prefix + topic)
        : Source.group(prefix + topic, group);
  }

  private Source source(SubscribeOptions options, String where, String prefix) {
    String name = prefix + named(options.name(), options.isTopic() ? "topic" : "queue", where);
    if (!options.isTopic()) {
      return Source.queue(name);
    }
    return options
        .group()
        .map(group -> Source.group(name, named(group, "group", where)))
        .orElseGet(() -> Source.broadcast(name));
  }

  /** A name that is still one when its placeholders are filled. */
  private String named(String text, String what, String where) {
    String name = resolve(text, where);
    if (name.isBlank()) {
      throw new DeclarationException(
          where + ": the " + what + " \"" + text + "\" is empty; configure a name for it");
    }
    return name;
  }

  private static BatchSize batch(
      Signature signature, OptionalInt size, Duration linger, boolean asked, String where) {
    if (signature.shape() == Signature.Shape.BATCH) {
      if (!signature.returnsNothing()) {
        throw new DeclarationException(
            where
                + ": a handler of a Batch must return nothing, because its messages have no common caller; make it void");
      }
      return new BatchSize(size.orElse(DEFAULT_BATCH), linger);
    }
    if (asked) {
      throw new DeclarationException(
          where + ": batchSize and batchLinger need a parameter of type Batch<T>");
    }
    return BatchSize.ONE;
  }

  private boolean shedding(String text, Signature signature, String where) {
    String value = resolve(text, where).trim();
    boolean batch = signature.shape() == Signature.Shape.BATCH;
    if (value.isEmpty()) {
      return settings.get(EngineSettings.LOAD_SHEDDING) && !batch;
    }
    if (!value.equals("true") && !value.equals("false")) {
      throw new DeclarationException(
          where + ": loadShedding must be true or false, was \"" + value + "\"");
    }
    if (batch && value.equals("true")) {
      throw new DeclarationException(
          where
              + ": loadShedding refuses requests one by one, and this handler takes a Batch; take one message at a time, or remove loadShedding");
    }
    return value.equals("true");
  }

  private int prefetch(
      OptionalInt asked, int concurrency, BatchSize batch, boolean shedding, String where) {
    int least = Math.max(concurrency, batch.messages());
    if (asked.isPresent() && asked.getAsInt() < least && asked.getAsInt() > 0) {
      throw new DeclarationException(
          where
              + ": prefetch "
              + asked.getAsInt()
              + " is less than the "
              + least
              + " messages its concurrency or batch size needs; raise it to "
              + least);
    }
    return asked.orElse(Math.min(LARGEST_PREFETCH, Math.max(defaultPrefetch(shedding), least)));
  }

  /**
   * What waits here can be refused at once, what waits in the broker only when it comes: so more is
   * fetched where requests are refused, unless somebody has said how much.
   */
  private int defaultPrefetch(boolean shedding) {
    int configured = settings.get(EngineSettings.PREFETCH);
    return shedding && configured == EngineSettings.PREFETCH.defaultValue()
        ? SHEDDING_PREFETCH
        : configured;
  }

  private static HandlerSpec checked(HandlerSpec spec) {
    atLeast(1, spec.concurrency(), "concurrency", spec.where());
    atLeast(1, spec.prefetch(), "prefetch", spec.where());
    atLeast(1, spec.batch().messages(), "batchSize", spec.where());
    spec.retry().ifPresent(retry -> atLeast(0, retry, "retry", spec.where()));
    if (spec.isBroadcast() && spec.retry().orElse(0) > 0) {
      throw new DeclarationException(
          spec.where()
              + ": a broadcast is never retried; take out retry, or use a group, which is");
    }
    if (spec.prefetch() > LARGEST_PREFETCH) {
      throw new DeclarationException(
          spec.where()
              + ": prefetch must be at most "
              + LARGEST_PREFETCH
              + ", was "
              + spec.prefetch());
    }
    return spec;
  }

  private static void atLeast(int least, int value, String name, String where) {
    if (value < least) {
      throw new DeclarationException(
          where + ": " + name + " must be " + least + " or more, was " + value);
    }
  }

  private OptionalInt number(String text, String name, String where) {
    String value = resolve(text, where);
    if (value.isBlank()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(value.trim()));
    } catch (NumberFormatException e) {
      throw new DeclarationException(
          where + ": " + name + " must be a whole number, was \"" + value + "\"", e);
    }
  }

  private Duration duration(String text, String name, Duration otherwise, String where) {
    String value = resolve(text, where);
    try {
      return value.isBlank() ? otherwise : Setting.parseDuration(value.trim());
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(where + ": " + name + " " + e.getMessage(), e);
    }
  }

  private String resolve(String text, String where) {
    try {
      return text.isEmpty() ? text : placeholders.apply(text);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(where + ": " + e.getMessage(), e);
    }
  }
}
