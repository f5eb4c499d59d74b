package dev.parley.kafka;

import dev.parley.spi.ConnectionState;
import dev.parley.spi.Scheduler;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportListener;
import dev.parley.spi.support.BackOff;
import dev.parley.spi.support.InOrder;
import dev.parley.spi.support.OwnedThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that are there once for the whole transport, one producer and one admin client, and
 * whether the cluster answers.
 *
 * <p>A thread of its own makes the clients, because that resolves host names; then it ends. Kafka's
 * clients reconnect by themselves and tell nobody, so the cluster is asked for a sign of life now
 * and then. Fields are guarded by this object's monitor; listeners are called without it.
 */
final class Cluster {

  private static final Logger log = LoggerFactory.getLogger(Cluster.class);
  private static final String CONNECTION = "cluster";
  private static final Duration PING_AGAIN = Duration.ofMillis(500);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
  private static final Duration ADMIN_LIMIT = Duration.ofSeconds(1);

  private final ClientProperties properties;
  private final KafkaSettings settings;
  private final Scheduler scheduler;
  private final TransportListener listener;
  private final OwnedThreads threads;
  private final BackOff backOff;
  private final InOrder events = new InOrder();
  private final CompletableFuture<Admin> admin = new CompletableFuture<>();
  private final CompletableFuture<Producer<byte[], byte[]>> producer = new CompletableFuture<>();
  private final BrokerClock clock;
  private final CompletableFuture<Void> clockAsked = new CompletableFuture<>();
  private final CompletableFuture<Void> connected = new CompletableFuture<>();
  private ConnectionState state = ConnectionState.IDLE;
  private boolean started;
  private boolean closed;

  Cluster(
      ClientProperties properties,
      KafkaSettings settings,
      TransportContext context,
      OwnedThreads threads,
      BrokerClock clock) {
    this.properties = properties;
    this.settings = settings;
    this.scheduler = context.scheduler();
    this.listener = context.listener();
    this.threads = threads;
    this.clock = clock;
    this.backOff = settings.backOff().get();
  }

  /** Begins to connect; completes once the cluster has answered. Idempotent. */
  CompletionStage<Void> start() {
    synchronized (this) {
      if (started || closed) {
        return connected.minimalCompletionStage();
      }
      started = true;
    }
    tell(ConnectionState.CONNECTING, null);
    openLater();
    return connected.minimalCompletionStage();
  }

  /** The admin client, when it is there. */
  CompletionStage<Admin> admin() {
    start();
    return admin;
  }

  /** The producer; null as long as it is not made. */
  @Nullable Producer<byte[], byte[]> producer() {
    return producer.isDone() && !producer.isCompletedExceptionally() ? producer.join() : null;
  }

  synchronized boolean isUp() {
    return state == ConnectionState.UP;
  }

  private void openLater() {
    Thread thread = threads.newThread(this::open);
    thread.setName(thread.getName() + "-open");
    thread.start();
  }

  private void open() {
    try {
      if (!admin.isDone()) {
        Admin made = Admin.create(properties.admin());
        if (!admin.complete(made)) {
          made.close(Duration.ZERO); // closed meanwhile
          return;
        }
        ping(made);
      }
      Producer<byte[], byte[]> made = new KafkaProducer<>(properties.producer());
      if (!producer.complete(made)) {
        made.close(Duration.ZERO);
      }
    } catch (KafkaException e) { // such as a host name that cannot be resolved now
      log.warn("Cannot make the clients for {}: {}", properties, KafkaErrors.describe(e));
      tell(ConnectionState.DOWN, e);
      Duration wait;
      synchronized (this) {
        wait = backOff.next();
      }
      scheduler.schedule(wait, this::openAgain);
    }
  }

  private void openAgain() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    openLater();
  }

  private void ping(Admin asked) {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    DescribeClusterOptions options =
        new DescribeClusterOptions()
            .timeoutMs(Math.toIntExact(settings.healthInterval().toMillis()));
    asked
        .describeCluster(options)
        .nodes()
        .toCompletionStage()
        .whenComplete((nodes, error) -> pinged(asked, error));
    askTime(asked);
  }

  /** An older cluster has no quorum, and a user may not be allowed to ask: then it is not known. */
  private void askTime(Admin asked) {
    int limit = Math.toIntExact(settings.healthInterval().toMillis());
    asked
        .describeMetadataQuorum(new DescribeMetadataQuorumOptions().timeoutMs(limit))
        .quorumInfo()
        .toCompletionStage()
        .whenComplete(
            (quorum, error) -> {
              if (error == null) {
                told(quorum);
              }
              clockAsked.complete(null);
            });
  }

  private void told(QuorumInfo quorum) {
    for (QuorumInfo.ReplicaState voter : quorum.voters()) {
      if (voter.replicaId() == quorum.leaderId()) {
        voter
            .lastFetchTimestamp()
            .ifPresent(timestamp -> clock.now(timestamp, scheduler.nanoTime()));
      }
    }
  }

  /** Completes once the time in the cluster is known, or cannot be; never fails. */
  CompletionStage<Void> clockAsked() {
    return clockAsked.minimalCompletionStage();
  }

  private void pinged(Admin asked, @Nullable Throwable error) {
    tell(error == null ? ConnectionState.UP : ConnectionState.DOWN, error);
    if (error == null) {
      connected.complete(null);
    }
    scheduler.schedule(error == null ? settings.healthInterval() : PING_AGAIN, () -> ping(asked));
  }

  private void tell(ConnectionState next, @Nullable Throwable error) {
    synchronized (this) {
      if (next == state || state == ConnectionState.CLOSED) {
        return;
      }
      state = next;
      events.add(() -> listener.changed(CONNECTION, next, error));
    }
    events.tell();
  }

  /** Ends the clients; what is not sent by then is lost. Idempotent. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    KafkaException reason = new KafkaException("the broker was closed");
    boolean interrupted = Thread.interrupted(); // or closing would be cut short and leave a thread
    try {
      if (!producer.completeExceptionally(reason) && !producer.isCompletedExceptionally()) {
        producer.join().close(CLOSE_LIMIT);
      }
      if (!admin.completeExceptionally(reason) && !admin.isCompletedExceptionally()) {
        admin.join().close(ADMIN_LIMIT);
      }
    } catch (KafkaException e) {
      log.warn("Closing the clients failed: {}", KafkaErrors.describe(e));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    connected.completeExceptionally(reason);
    tell(ConnectionState.CLOSED, null);
  }
}
