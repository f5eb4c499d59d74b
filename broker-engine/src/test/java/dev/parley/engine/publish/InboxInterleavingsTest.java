package dev.parley.engine.publish;

import static dev.parley.PublishOptions.to;
import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.ConnectionLostException;
import dev.parley.Reply;
import dev.parley.engine.doubles.Hooked;
import dev.parley.engine.doubles.PublishBench;
import dev.parley.engine.doubles.RecordingTransport.Sent;
import dev.parley.spi.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reply address comes and goes while calls begin. */
class InboxInterleavingsTest {

  private final PublishBench bench = PublishBench.manual();

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(bench.publisher.callsInFlight()).isZero();
    assertThat(bench.timer.pending()).isZero();
    bench.close();
  }

  private CompletableFuture<String> call() {
    return bench.publisher.callAsync("body", to("q").callback(String.class), Reply::value);
  }

  @Test
  void anAddressLostWhileTheBodyIsWrittenEndsTheCall() {
    Hooked hook =
        new Hooked(
            () -> {
              bench.transport.inbox().gone("lost");
              return "written";
            });
    CompletableFuture<String> future =
        bench.publisher.callAsync(hook, to("q").callback(String.class), Reply::value);
    assertThat(future)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(ConnectionLostException.class);
  }

  /**
   * A call during which something happens between the look at the reply address and its
   * registration in the call, where the clock is looked at.
   */
  private CompletableFuture<String> callInterruptedBy(Runnable action) {
    CompletableFuture<String> first = call(); // has the inbox opened
    await().until(() -> bench.transport.sent().size() == 1);
    bench.transport.reply(bench.transport.onlySent().correlationId(), "ok");
    assertThat(first).succeedsWithin(Duration.ofSeconds(10));
    bench.transport.forgetSent();
    AtomicBoolean happened = new AtomicBoolean();
    bench.time.onLook =
        () -> {
          if (!happened.get() && isSending()) {
            happened.set(true);
            action.run();
          }
        };
    CompletableFuture<String> future = call();
    assertThat(happened).isTrue();
    return future;
  }

  private static boolean isSending() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("sendIfReady")));
  }

  @Test
  void anAddressThatIsGoneBeforeItIsRegisteredIsNotUsed() {
    CompletableFuture<String> future =
        callInterruptedBy(
            () -> {
              bench.transport.inbox().gone("cut");
              bench.transport.inbox().ready(Address.reply("inbox-2"));
            });
    await().until(() -> bench.transport.sent().size() == 1);
    Sent sent = bench.transport.onlySent();
    assertThat(sent.message().message().replyTo()).isEqualTo(Address.reply("inbox-2"));
    bench.transport.reply(sent.correlationId(), "ok");
    assertThat(future).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aCallWhoseAddressWentBeforeItWasRegisteredWaitsForTheNext() {
    CompletableFuture<String> future = callInterruptedBy(() -> bench.transport.inbox().gone("cut"));
    assertThat(bench.transport.sent()).isEmpty();
    bench.transport.inbox().ready(Address.reply("inbox-2"));
    await().until(() -> bench.transport.sent().size() == 1);
    bench.transport.reply(bench.transport.onlySent().correlationId(), "ok");
    assertThat(future).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aCallThatEndedBeforeItWasRegisteredIsNotSent() {
    CompletableFuture<String> future = callInterruptedBy(() -> bench.publisher.closeOutside());
    assertThat(future).failsWithin(Duration.ofSeconds(10));
    assertThat(bench.transport.sent()).isEmpty();
  }

  @Test
  void callsThatWaitForAnAddressAreSentOnceWhenItComes() {
    bench.transport.onOpenInbox = listener -> {};
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      futures.add(call());
    }
    bench.transport.inbox().ready(Address.reply("a"));
    bench.transport.inbox().ready(Address.reply("a")); // said twice
    await().until(() -> bench.transport.sent().size() == 50);
    bench.transport.sent().forEach(sent -> bench.transport.reply(sent.correlationId(), "ok"));
    futures.forEach(future -> assertThat(future).succeedsWithin(Duration.ofSeconds(10)));
    assertThat(bench.transport.sent()).hasSize(50);
  }

  @Test
  void anInboxThatCannotBeOpenedIsTriedAgainByTheNextCall() {
    bench.transport.onOpenInbox =
        listener -> {
          throw new IllegalStateException("not now");
        };
    assertThat(call())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("not now");
    bench.transport.onOpenInbox = listener -> listener.ready(Address.reply("a"));
    CompletableFuture<String> next = call();
    bench.transport.reply(bench.transport.onlySent().correlationId(), "ok");
    assertThat(next).succeedsWithin(Duration.ofSeconds(10));
  }

  /**
   * Threads begin calls while the address comes and goes; the double replies only to an address
   * that is there, and tells of it as a broker would. Every call ends, none by its deadline.
   */
  @ParameterizedTest
  @Timeout(60)
  @ValueSource(longs = {1, 2, 3, 4})
  void noCallIsForgottenWhileAddressesComeAndGo(long seed) throws Exception {
    Random random = new Random(seed);
    Object broker = new Object();
    int number = 0;
    List<Address> current = new ArrayList<>(); // guarded by broker
    List<Sent> open = new ArrayList<>(); // guarded by broker
    bench.transport.onOpenInbox = listener -> {};
    bench.transport.onSend =
        sent -> {
          sent.confirm();
          synchronized (broker) {
            if (current.contains(sent.message().message().replyTo())) {
              open.add(sent);
            } // else the request comes from a lost address: gone() has ended the call
          }
        };
    List<CompletableFuture<String>> futures = Collections.synchronizedList(new ArrayList<>());
    futures.add(call()); // opens the inbox
    Semaphore inFlight = new Semaphore(500);
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      callers.add(
          new Thread(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  inFlight.acquireUninterruptibly();
                  CompletableFuture<String> future = call();
                  var unused = future.whenComplete((value, error) -> inFlight.release());
                  futures.add(future);
                }
              },
              "caller-" + t));
    }
    callers.forEach(Thread::start);
    while (callers.stream().anyMatch(Thread::isAlive) || bench.publisher.callsInFlight() > 0) {
      boolean goes;
      List<Sent> replies = List.of();
      synchronized (broker) {
        goes = !current.isEmpty() && random.nextInt(4) == 0;
        if (goes) {
          current.clear();
          open.clear();
        } else if (current.isEmpty()) {
          current.add(Address.reply("inbox-" + ++number));
        } else {
          replies = List.copyOf(open);
          open.clear();
        }
      }
      if (goes) {
        bench.transport.inbox().gone("connection cut");
      } else if (!replies.isEmpty()) {
        replies.forEach(sent -> bench.transport.reply(sent.correlationId(), "ok"));
      } else {
        bench.transport.inbox().ready(current.get(0));
      }
      Thread.onSpinWait();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    for (CompletableFuture<String> future : futures) {
      try {
        assertThat(future.get(10, TimeUnit.SECONDS)).isEqualTo("ok");
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(ConnectionLostException.class);
      }
    }
    assertThat(futures).hasSize(8_001);
  }
}
