package dev.parley.kafka;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.OutputsFirst;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.Settlement;
import dev.parley.spi.TransportException;
import dev.parley.spi.support.DeadlineSweep;
import dev.parley.spi.support.Deadlines;
import dev.parley.spi.support.SendBudget;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way of a message to its outcome: mapped on the caller's thread, held back by its {@link
 * TopicGate} until its topic is known, given to the one producer, and in any case done by its
 * deadline.
 *
 * <p>Any thread sends. It never blocks: the producer is told not to wait for anything.
 */
final class Sender {

  private static final int MAX_GATES = 10_000;

  private final Cluster cluster;
  private final Topics topics;
  private final OutgoingMapper mapper;
  private final SendBudget budget;
  private final Set<PendingSend> all = ConcurrentHashMap.newKeySet();
  private final PendingSend.Shared shared;
  private final Map<String, TopicGate> gates = new ConcurrentHashMap<>();
  private final TopicGate.Shared gateParts;
  private final DeadlineSweep<PendingSend> deadlines;
  private volatile boolean closed;

  Sender(
      KafkaSettings settings,
      Scheduler scheduler,
      Cluster cluster,
      Topics topics,
      BrokerClock clock) {
    this.cluster = cluster;
    this.topics = topics;
    this.mapper = new OutgoingMapper(settings.springHeaders());
    this.budget = settings.sendBudget().get();
    this.shared = new PendingSend.Shared(budget, all, clock, scheduler);
    this.gateParts = new TopicGate.Shared(cluster, topics, scheduler, budget);
    this.deadlines = new DeadlineSweep<>(scheduler, this::takeOverdue, this::expire);
  }

  OutgoingMapper mapper() {
    return mapper;
  }

  /** Sends a message, see {@link dev.parley.spi.Transport#send}. */
  void send(Outgoing out, SendListener listener) {
    Address to = out.to();
    if (!TopicNames.isLegal(to.name())) {
      listener.completed(SendResult.unroutable(TopicNames.rule(to.name())));
      return;
    }
    PendingSend send;
    try {
      send =
          new PendingSend(
              mapper.producerRecord(out), to.toString(), out.deadlineNanos(), shared, listener);
    } catch (IllegalArgumentException e) {
      listener.completed(
          to.kind() == Address.Kind.REPLY
              ? SendResult.unroutable(e.getMessage() + " in " + to)
              : SendResult.refused("cannot be sent to " + to + ": " + e.getMessage(), e));
      return;
    }
    send(send, listener);
  }

  private void send(PendingSend send, SendListener listener) {
    if (closed) {
      listener.completed(SendResult.refused("the broker was closed", null));
      return;
    }
    if (!budget.take(send.size())) {
      listener.completed(SendResult.refused("the publish buffer is full: " + budget, null));
      return;
    }
    cluster.start();
    all.add(send);
    String topic = send.message().topic();
    while (!gates.computeIfAbsent(topic, name -> new TopicGate(name, gateParts)).pass(send)) {
      gates.remove(topic); // it has been retired in between
    }
    if (gates.size() > MAX_GATES) {
      gates.values().removeIf(TopicGate::retire);
    }
    if (!send.isDone()) {
      deadlines.add(send.deadlineNanos());
    }
    if (closed) {
      close(); // which may have looked before the message was there
    }
  }

  /** Sends what comes before a settlement, then settles; see {@link OutputsFirst}. */
  void sendFirst(
      Settlement settlement, List<Outgoing> outputs, Runnable settle, SettleListener listener) {
    boolean dead = settlement.outcome() == Settlement.Outcome.DEAD;
    OutputsFirst.run(
        outputs,
        (out, sent) -> {
          if (dead && DeadLetters.isOne(out)) {
            sendDeclared(out, sent);
          } else {
            send(out, sent);
          }
        },
        settle,
        listener);
  }

  /** Sends to a queue that is declared first when it is missing, as one for dead letters is. */
  private void sendDeclared(Outgoing out, SendListener listener) {
    topics
        .ensure(out.to().name(), KafkaQueueSpec.DEFAULT)
        .whenComplete(
            (topic, error) -> {
              if (error == null) {
                send(out, listener);
              } else {
                Throwable cause = KafkaErrors.unwrap(error);
                String why =
                    cause instanceof TransportException
                        ? String.valueOf(cause.getMessage())
                        : KafkaErrors.describe(cause);
                listener.completed(SendResult.refused(why, cause));
              }
            });
  }

  /** A topic is there, and messages to it may come. */
  void expect(String name, Topics.Topic topic) {
    TopicGate gate = gates.computeIfAbsent(name, each -> new TopicGate(each, gateParts));
    gate.known(topic);
    gate.warmUp();
  }

  private void takeOverdue(Deadlines<PendingSend> look) {
    all.forEach(look::isOverdue);
  }

  private void expire(PendingSend send) {
    send.expire(
        cluster.isUp()
            ? "its topic is not known yet, or too many are before it"
            : "no broker of the cluster answers");
    TopicGate gate = gates.get(send.message().topic());
    if (gate != null) {
      gate.removeDone();
    }
  }

  /** What waits is refused, what the producer has is unknown. Idempotent. */
  void close() {
    closed = true;
    all.forEach(send -> send.expire("the broker was closed"));
  }

  /** How many messages have no outcome yet. */
  int unconfirmed() {
    return budget.messages();
  }
}
