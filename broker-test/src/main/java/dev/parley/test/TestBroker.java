package dev.parley.test;

import static java.util.Objects.requireNonNull;

import dev.parley.Broker;
import dev.parley.TypeRef;
import dev.parley.memory.MemoryFaults;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A {@link Broker} for tests: in memory, each test its own, with the application's handlers
 * running, and an account of what happened.
 *
 * <pre>{@code
 * @RegisterExtension TestBroker broker = TestBroker.with(new Orders()).declaring("shipments");
 *
 * @Test
 * void anOrderIsShipped() {
 *   broker.publish(new Order("A-1", 3), to("orders"));
 *   broker.awaitHandled("orders");
 *   assertThat(broker.published("shipments", Shipment.class)).containsExactly(new Shipment("A-1"));
 * }
 * }</pre>
 *
 * <p>Engine, codecs, acknowledgements, retries and dead letters are those of production, only the
 * first back-off of a retry is 10 milliseconds unless {@link #setting} says otherwise. In a static
 * field the handler objects are shared by all tests, the broker is not. Without JUnit: {@link
 * #start()} and {@link #close()}.
 *
 * <p>Any thread may call it, handlers included, except for what is said before the test begins.
 * Beginning a test is guarded by this object; closing is not, so that a handler can do it too.
 */
public final class TestBroker extends DelegatingBroker
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  private final Plan plan = new Plan();
  private volatile @Nullable Session session;

  private TestBroker() {}

  /** With these objects' {@link dev.parley.Subscriber} methods as handlers; none is fine. */
  public static TestBroker with(Object... handlers) {
    return new TestBroker().and(handlers);
  }

  /** With handlers that need the broker; they are made anew for each test. */
  public static TestBroker with(Function<? super Broker, ?> handlers) {
    return new TestBroker().and(handlers);
  }

  /** Adds handlers. */
  public TestBroker and(Object... handlers) {
    for (Object each : List.of(handlers)) {
      before().handlers(broker -> each);
    }
    return this;
  }

  /** Adds handlers that need the broker; they are made anew for each test. */
  public TestBroker and(Function<? super Broker, ?> handlers) {
    before().handlers(requireNonNull(handlers, "handlers"));
    return this;
  }

  /** One setting; {@code broker.url} is always this test's own. */
  public TestBroker setting(String key, String value) {
    return configure(builder -> builder.setting(key, value));
  }

  /** Whatever else the application's broker has: configuration, codecs, interceptors, errors. */
  public TestBroker configure(Consumer<? super Broker.Builder> customiser) {
    before().customise(requireNonNull(customiser, "customiser"));
    return this;
  }

  /** Queues of others, which the application publishes to; nobody handles them here. */
  public TestBroker declaring(String... queues) {
    for (String queue : List.of(queues)) {
      before().declare(broker -> broker.declare(queue));
    }
    return this;
  }

  /** Topics of others, which the application publishes to; nobody handles them here. */
  public TestBroker declaringTopics(String... topics) {
    for (String topic : List.of(topics)) {
      before().declare(broker -> broker.declareTopic(topic));
    }
    return this;
  }

  /**
   * How long the test waits for what it expects, and for handlers to end after it. Default: 5
   * seconds.
   */
  public TestBroker limit(Duration limit) {
    before().limit(limit);
    return this;
  }

  private boolean runs() {
    Session current = session;
    return current != null && !current.ended();
  }

  private Plan before() {
    if (runs()) {
      throw new IllegalStateException(
          "What a TestBroker is made of is said before the test begins, where the field is");
    }
    return plan;
  }

  /** The value of {@code broker.url} for other brokers of the test, such as a whole application. */
  public String url() {
    return session().memory().url();
  }

  /** What is to go wrong: drop, duplicate, delay, refuse, cut. */
  public MemoryFaults faults() {
    return session().memory().faults();
  }

  /**
   * What was sent to that queue or topic so far, by whomever, in order: publishes, {@link
   * dev.parley.PublishTo} messages, replies to {@code replyTo}, dead letters. Refused messages are
   * not among them; one that a fault has dropped is, once, as is a duplicated one.
   */
  public List<PublishedMessage> published(String name) {
    return messages(session().recorder().published(name));
  }

  /**
   * The bodies of {@link #published(String)}, as {@link PublishedMessage#body(Class)} reads them.
   */
  public <T> List<@Nullable T> published(String name, Class<T> type) {
    return PublishedMessage.bodies(published(name), type);
  }

  /** As {@link #published(String, Class)} for a type with type arguments. */
  public <T> List<@Nullable T> published(String name, TypeRef<T> type) {
    return PublishedMessage.bodies(published(name), type.type());
  }

  /**
   * Waits until something was sent to that queue or topic, for code that publishes in its own time.
   *
   * @throws AssertionError at the limit, with what happened instead
   */
  public <T> List<@Nullable T> awaitPublished(String name, Class<T> type) {
    return awaitPublished(name, 1, type);
  }

  /** As {@link #awaitPublished(String, Class)} for at least that many messages. */
  public <T> List<@Nullable T> awaitPublished(String name, int count, Class<T> type) {
    session().waiting().published(name, count);
    return published(name, type);
  }

  /**
   * What the handlers of that queue or topic replied so far, in order; an error reply has a {@link
   * PublishedMessage#error()}.
   */
  public List<PublishedMessage> replies(String name) {
    return messages(session().recorder().replies(name));
  }

  /** The bodies of {@link #replies(String)}, none of which may be an error reply. */
  public <T> List<@Nullable T> replies(String name, Class<T> type) {
    return PublishedMessage.bodies(replies(name), type);
  }

  /**
   * What failed for good in that queue or topic so far, in order. To wait for it, {@link
   * #awaitIdle()} first.
   */
  public List<DeadLetter> deadLettersOf(String name) {
    Session current = session();
    List<Event.Sent> dead = current.recorder().deadLetters(name);
    current.waiting().seenDeadLetters(name, dead.size());
    return messages(dead).stream().map(DeadLetter::new).toList();
  }

  /**
   * Waits until the handlers of that queue or topic have acknowledged all that was sent to it so
   * far, and at least one message: they have run, and their replies and further messages were sent.
   * A failed request whose caller has been told counts.
   *
   * @throws AssertionError at the limit, with what happened instead; and as soon as a message has
   *     become a dead letter that the test has not asked for with {@link #deadLettersOf}
   */
  public void awaitHandled(String name) {
    session().waiting().handled(name);
  }

  /** Waits until at least that many messages were acknowledged since the test began. */
  public void awaitHandled(String name, int count) {
    session().waiting().handled(name, count);
  }

  /**
   * Waits until no handler runs and every queue that has one is empty: nothing waits, is delayed,
   * to be retried or unsettled. Queues that nobody handles, dead letters among them, are left out.
   *
   * @throws AssertionError at the limit, with what is still there
   */
  public void awaitIdle() {
    session().waiting().idle();
  }

  /** Begins a test, as JUnit does before each; nothing happens when it has begun. */
  @Override
  public synchronized void start() {
    if (!runs()) {
      session = Session.start(plan);
    }
  }

  /**
   * Drains the broker, as JUnit does after each test; what happened can still be asked. Called in a
   * handler it only begins to.
   *
   * @throws AssertionError if handlers still run at the limit, with where they are
   */
  @Override
  public void close() {
    Session current = session;
    if (current == null || current.ended()) {
      return;
    }
    if (current.onHandlerThread()) {
      current.broker().close();
    } else {
      current.end();
    }
  }

  @Override
  public synchronized void beforeEach(ExtensionContext context) {
    if (runs()) {
      throw new IllegalStateException(
          "This TestBroker already serves another test; for tests that run at the same time its"
              + " field must not be static");
    }
    start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  /** For parameters of the types {@link Broker} and {@code TestBroker}. */
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Broker.class || type == TestBroker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return this;
  }

  @Override
  Broker broker() {
    return session().broker();
  }

  private Session session() {
    Session current = session;
    if (current == null) {
      throw new IllegalStateException(
          "This TestBroker has not begun: it begins before each test where its field is annotated"
              + " with @RegisterExtension, else with start()");
    }
    return current;
  }

  private List<PublishedMessage> messages(List<Event.Sent> sent) {
    return PublishedMessage.all(sent, session().reader());
  }

  @Override
  public String toString() {
    Session current = session;
    return "TestBroker[" + (current == null ? "not begun" : current.memory().url()) + "]";
  }
}
