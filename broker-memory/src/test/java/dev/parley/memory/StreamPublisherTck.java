package dev.parley.memory;

import static dev.parley.PublishOptions.to;

import dev.parley.Broker;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The rules of Reactive Streams, checked on the publisher of a stream; run by {@link TckTest}. */
public class StreamPublisherTck extends FlowPublisherVerification<Long> {

  private static final long TIMEOUT_MILLIS = 1_000;
  private static final long NOTHING_COMES_MILLIS = 150;
  private static final long MOST = 100_000;

  private final String url = "memory:" + UUID.randomUUID();
  private final Broker server = Broker.of(url);
  private final Broker client = Broker.of(url);

  public StreamPublisherTck() {
    super(new TestEnvironment(TIMEOUT_MILLIS, NOTHING_COMES_MILLIS));
  }

  @BeforeClass
  public void start() {
    server.subscribe(
        dev.parley.SubscribeOptions.queue("numbers").concurrency(1_000),
        Long.class,
        to -> LongStream.rangeClosed(1, to).boxed());
    server.start();
  }

  @AfterClass
  public void close() {
    client.close();
    server.close();
  }

  @Override
  public Flow.Publisher<Long> createFlowPublisher(long elements) {
    return client.streamAsync(Math.min(elements, MOST), to("numbers").callback(Long.class));
  }

  @Override
  public Flow.Publisher<Long> createFailedFlowPublisher() {
    return client.streamAsync(1, to("nobody").callback(Long.class));
  }
}
