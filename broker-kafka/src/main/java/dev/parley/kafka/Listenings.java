package dev.parley.kafka;

import dev.parley.spi.DeliveryListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;

/** Opens what a handler listens with: a group, a share group, or all partitions. Stateless. */
final class Listenings {

  private final Parts parts;

  Listenings(Parts parts) {
    this.parts = parts;
  }

  Listening open(ListenRequest request, DeliveryListener listener) {
    KafkaQueueSpec spec = KafkaQueueSpec.of(request.options());
    Source source = request.source();
    if (source.kind() == Source.Kind.BROADCAST) {
      return broadcast(source, spec, request.prefetch(), listener);
    }
    int share = spec.share() == null ? parts.settings().share() : spec.share();
    return share == 0
        ? group(source, spec, request.prefetch(), listener)
        : shared(request, spec, share, listener);
  }

  private Listening broadcast(
      Source source, KafkaQueueSpec spec, int prefetch, DeliveryListener listener) {
    return new KafkaListening(
            source,
            spec,
            parts,
            listener,
            topic ->
                new BroadcastSession(
                    parts,
                    new KafkaConsumer<>(parts.properties().consumer()),
                    watch(source, topic),
                    source.name(),
                    prefetch,
                    listener::delivered))
        .start();
  }

  private Listening group(
      Source source, KafkaQueueSpec spec, int prefetch, DeliveryListener listener) {
    return new KafkaListening(
            source,
            spec,
            parts,
            listener,
            topic ->
                new GroupSession(
                    parts,
                    new KafkaConsumer<>(parts.properties().consumer(Groups.of(source))),
                    watch(source, topic),
                    source.name(),
                    prefetch,
                    listener::delivered))
        .start();
  }

  /** The prefetch is divided among them; each has at least one message. */
  private Listening shared(
      ListenRequest request, KafkaQueueSpec spec, int share, DeliveryListener listener) {
    int consumers = Math.max(1, Math.min(share, request.prefetch() - 1));
    int each = Math.max(1, (request.prefetch() - 1) / consumers);
    int rest = Math.max(1, request.prefetch() - consumers * each);
    CompletionStage<Void> configured =
        parts
            .cluster()
            .admin()
            .thenCompose(admin -> ShareGroups.configure(admin, Groups.of(request.source())));
    List<Function<DeliveryListener, Listening>> openings = new ArrayList<>();
    for (int i = 0; i < consumers; i++) {
      openings.add(part -> member(request.source(), spec, each, configured, part));
    }
    Source retries = Source.queue(RetryTopic.of(request.source()));
    openings.add(part -> group(retries, spec.share(0), rest, part));
    return ShareListening.open(listener, openings);
  }

  private Listening member(
      Source source,
      KafkaQueueSpec spec,
      int most,
      CompletionStage<Void> configured,
      DeliveryListener listener) {
    CompletableFuture<Void> ready = configured.toCompletableFuture();
    return new KafkaListening(
            source,
            spec,
            parts,
            listener,
            topic -> {
              ready.join(); // has a limit of the admin client's, and fails with closing
              return new ShareSession(
                  parts,
                  new KafkaShareConsumer<>(
                      parts.properties().shareConsumer(Groups.of(source), most)),
                  watch(source, topic),
                  source,
                  listener::delivered);
            })
        .start();
  }

  private TopicWatch watch(Source source, Topics.Topic topic) {
    return new TopicWatch(parts.topics(), parts.scheduler(), source.name(), topic);
  }
}
