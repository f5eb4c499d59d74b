package dev.parley.engine.stream;

import static dev.parley.PublishOptions.to;
import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.ErrorCode;
import dev.parley.engine.doubles.PublishBench;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.RecordingTransport.Sent;
import dev.parley.engine.doubles.StreamBench;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.spi.InboxListener;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many streams at once on real threads over a network that duplicates and loses: every one of them
 * ends, what comes is a beginning of what was sent, and nothing is left on either side.
 */
@Timeout(90)
class StreamStressTest {

  private static final int STREAMS = 60;

  private final PublishBench client = PublishBench.real();
  private final StreamBench clientSide = new StreamBench(Duration.ofMillis(200));
  private final StreamBench server = new StreamBench(Duration.ofMillis(200));
  private final ExecutorService toClient = Executors.newSingleThreadExecutor();
  private final ExecutorService toServer = Executors.newSingleThreadExecutor();
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger slots = new AtomicInteger();
  private final AtomicLong frames = new AtomicLong();
  private final ClientStreams clients =
      new ClientStreams(clientSide.parts, client.publisher, clientSide.replies, clientSide.errors);
  private final ServerStreams servers =
      new ServerStreams(server.parts, server.replies, server.errors);

  @AfterEach
  void close() {
    List.of(callers, handlers, toClient, toServer).forEach(ExecutorService::shutdownNow);
    client.close();
    clientSide.close();
    server.close();
  }

  /** Every frame takes the way of its side, one after the other; one in so many is lost. */
  private void connect(int loseOneIn) {
    client.transport.onSend = sent -> fromClient(sent, loseOneIn);
    clientSide.transport.onSend = sent -> fromClient(sent, loseOneIn);
    server.transport.onSend =
        sent -> {
          pass(toClient, sent, loseOneIn, message -> client.transport.inbox().received(message));
          toServer.execute(sent::confirm);
        };
  }

  private void fromClient(Sent sent, int loseOneIn) {
    if (sent.message().to().name().equals("numbers")) {
      handlers.execute(() -> handle(sent.message().message()));
    } else {
      pass(toServer, sent, loseOneIn, message -> inboxOf(server).received(message));
    }
    toClient.execute(sent::confirm);
  }

  private static InboxListener inboxOf(StreamBench bench) {
    return bench.transport.inbox();
  }

  private interface Receiver {
    void received(WireMessage message);
  }

  private void pass(ExecutorService way, Sent sent, int loseOneIn, Receiver receiver) {
    long frame = frames.incrementAndGet();
    if (loseOneIn > 0 && frame % loseOneIn == 0) {
      return;
    }
    way.execute(() -> receiver.received(sent.message().message()));
    if (frame % 13 == 0) {
      way.execute(() -> receiver.received(sent.message().message()));
    }
  }

  /** A handler: sends as many items as the request says, from an iterator or a publisher. */
  private void handle(WireMessage request) {
    begun.incrementAndGet();
    int items = Integer.parseInt(new String(request.body(), StandardCharsets.UTF_8));
    ServerStream stream =
        servers.open(
            new RecordingDelivery(request),
            request.replyTo(),
            Long.MAX_VALUE,
            false,
            error -> ErrorReport.of(ErrorCode.HANDLER_FAILED, "X", error.getMessage(), List.of()),
            (end, error) -> finished.incrementAndGet());
    assertThat(stream.open()).isTrue();
    servers
        .firstFrame(stream)
        .thenAccept(frame -> server.transport.send(frame, result -> stream.start()));
    slots.incrementAndGet();
    stream.produce(source(items), slots::decrementAndGet);
  }

  private static Object source(int items) {
    Stream<Integer> numbers = IntStream.rangeClosed(1, items).boxed();
    if (items % 7 == 0) {
      return numbers.peek(
          i -> {
            if (i > items / 2) {
              throw new IllegalStateException("broke at " + i);
            }
          });
    }
    return items % 2 == 0 ? numbers : publisher(items);
  }

  private static Flow.Publisher<Integer> publisher(int items) {
    return subscriber -> {
      SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(Runnable::run, 1_024);
      publisher.subscribe(subscriber);
      IntStream.rangeClosed(1, items).forEach(publisher::submit);
      publisher.close();
    };
  }

  /** Reads some of it, or all; says what came, and throws what ended it too early. */
  private List<Integer> read(Random random) {
    int items = random.nextInt(400);
    int most = random.nextInt(3) == 0 ? random.nextInt(items + 1) : Integer.MAX_VALUE;
    CallOptions<Integer> call =
        to("numbers")
            .callback(Integer.class)
            .credit(1 + random.nextInt(60))
            .idleTimeout(Duration.ofSeconds(5));
    List<Integer> taken = new ArrayList<>();
    try (Stream<Integer> stream = clients.stream(items, call, Map.of())) {
      Iterator<Integer> numbers = stream.iterator();
      while (taken.size() < most && numbers.hasNext()) {
        taken.add(numbers.next());
      }
    } catch (BrokerException e) {
      assertThat(e.code())
          .isIn(ErrorCode.CONNECTION_LOST, ErrorCode.TIMEOUT, ErrorCode.HANDLER_FAILED);
      most = taken.size();
    }
    if (most == Integer.MAX_VALUE) {
      assertThat(taken).as("without an error all of it came").hasSize(items);
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0, 400, 150, 60})
  void everyStreamEndsAndLeavesNothing(int loseOneIn) throws Exception {
    connect(loseOneIn);
    List<CompletableFuture<List<Integer>>> reading = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      Random random = new Random(31L * loseOneIn + i);
      reading.add(CompletableFuture.supplyAsync(() -> read(random), callers));
    }

    for (CompletableFuture<List<Integer>> one : reading) {
      List<Integer> taken = one.get(60, TimeUnit.SECONDS);
      assertThat(taken)
          .containsExactlyElementsOf(IntStream.rangeClosed(1, taken.size()).boxed().toList());
    }

    await().until(() -> begun.get() == STREAMS);
    await().until(() -> finished.get() == STREAMS);
    await().until(() -> slots.get() == 0);
    assertThat(client.publisher.callsInFlight()).isZero();
    assertThat(servers.open()).isZero();
    await().until(() -> server.timer.pending() + clientSide.timer.pending() == 0);
  }
}
