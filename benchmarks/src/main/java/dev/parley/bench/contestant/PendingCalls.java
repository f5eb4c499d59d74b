package dev.parley.bench.contestant;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** By hand: the calls that wait for their replies. Thread-safe. */
final class PendingCalls {
  private static final long LIMIT_SECONDS = 30;

  private final Work work;
  private final String prefix = UUID.randomUUID() + "-";
  private final AtomicLong numbers = new AtomicLong();
  private final Map<String, CompletableFuture<Object>> pending = new ConcurrentHashMap<>();

  PendingCalls(Work work) {
    this.work = work;
  }

  /** Sends a request; registered before it is sent, removed on every way out. */
  interface Sending {
    void send(String correlationId, byte[] body, CompletableFuture<Object> reply) throws Exception;
  }

  Object call(Object request, Sending sending) throws Exception {
    String id = prefix + numbers.incrementAndGet();
    CompletableFuture<Object> reply = new CompletableFuture<>();
    pending.put(id, reply);
    try {
      sending.send(id, work.write(request), reply);
      return reply.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } finally {
      pending.remove(id);
    }
  }

  CompletableFuture<Object> callAsync(Object request, Sending sending) {
    String id = prefix + numbers.incrementAndGet();
    CompletableFuture<Object> reply = new CompletableFuture<>();
    pending.put(id, reply);
    CompletableFuture<Object> limited =
        reply
            .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
            .whenComplete((done, error) -> pending.remove(id));
    try {
      sending.send(id, work.write(request), reply);
    } catch (Exception e) {
      reply.completeExceptionally(e);
    }
    return limited;
  }

  void replied(@Nullable String correlationId, byte[] body) {
    CompletableFuture<Object> reply = correlationId == null ? null : pending.get(correlationId);
    if (reply != null) {
      reply.complete(work.read(body));
    }
  }
}
