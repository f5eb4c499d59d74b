package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Codec;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.conformance.Samples.Order;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Codecs of the application's own. */
abstract class CodecContract extends Chapter {

  private static final String CSV = "text/csv";

  /** Orders as lines: {@code o-1;3}. */
  private record OrdersAsLines(boolean byDefault) implements Codec {
    @Override
    public String contentType() {
      return CSV;
    }

    @Override
    public boolean reads(String mediaType) {
      return mediaType.equals(CSV);
    }

    @Override
    public boolean writes(Class<?> type) {
      return byDefault && type == Order.class;
    }

    @Override
    public Writer writer(Type type) {
      requireOrder(type);
      return value -> {
        if (!(value instanceof Order order)) {
          throw new IllegalArgumentException("no order: " + value);
        }
        return (order.id() + ";" + order.quantity()).getBytes(StandardCharsets.UTF_8);
      };
    }

    @Override
    public Reader reader(Type type) {
      requireOrder(type);
      return body -> {
        String[] fields = new String(body, StandardCharsets.UTF_8).split(";", -1);
        return new Order(fields[0], Integer.parseInt(fields[1]));
      };
    }

    private static void requireOrder(Type type) {
      if (type != Order.class) {
        throw new IllegalArgumentException("only orders are lines, not " + type);
      }
    }
  }

  private Broker withCodec(boolean byDefault) {
    return fixture.open(fixture.builder().codec(new OrdersAsLines(byDefault)));
  }

  @Test
  void aCodecIsUsedWhereItsContentTypeIsNamed() {
    String queue = fixture.name("named");
    Broker broker = withCodec(false);
    broker.declare(queue);

    broker.publish(new Order("o-1", 3), to(queue).contentType(CSV));
    broker.publish(new Order("o-2", 4), to(queue));

    ForeignClient foreign = fixture.foreign();
    RawMessage named = foreign.take(queue);
    RawMessage other = foreign.take(queue);
    assertThat(named.text()).isEqualTo("o-1;3");
    assertThat(named.property(RawMessage.Property.CONTENT_TYPE)).isEqualTo(CSV);
    assertThat(other.text()).isEqualTo("{\"id\":\"o-2\",\"quantity\":4}");
  }

  @Test
  void aCodecCanBeTheDefaultForItsTypesInBothDirections() {
    String queue = fixture.name("default");
    Broker server = withCodec(true);
    server.subscribe(queue, Order.class, order -> new Order(order.id(), order.quantity() + 1));
    server.start();
    ForeignClient foreign = fixture.foreign();
    String replies = foreign.openReplies();

    foreign.send(
        queue,
        RawMessage.of("o-1;3")
            .with(RawMessage.Property.CONTENT_TYPE, "Text/CSV; header=absent")
            .with(RawMessage.Property.REPLY_TO, replies)
            .with(RawMessage.Property.CORRELATION_ID, "c"));

    RawMessage reply = foreign.take(replies);
    assertThat(reply.text()).isEqualTo("o-1;4");
    assertThat(reply.property(RawMessage.Property.CONTENT_TYPE)).isEqualTo(CSV);
    assertThat(withCodec(true).publish(new Order("o-2", 1), to(queue).callback(Order.class)))
        .isEqualTo(new Order("o-2", 2));
  }

  @Test
  void aBodyThatACodecCannotReadIsInvalid() throws Exception {
    String queue = fixture.name("unreadable");
    Seen<Order> seen = new Seen<>();
    Broker server = withCodec(false);
    server.consume(queue(queue), Order.class, seen);
    server.start();

    Expect.failsAtOnce(
        ErrorCode.INVALID_MESSAGE,
        () ->
            fixture
                .broker()
                .publish("no line", to(queue).contentType(CSV + "; v=1").callback(Void.class)));

    assertThat(seen.waiting()).isZero();
    Expect.counter(server, Counter.INVALID, 1);
  }

  @Test
  void whatACodecCannotWriteIsNotSent() {
    String queue = fixture.name("unwritable");
    Broker broker = withCodec(false);
    broker.declare(queue);

    assertThat(
            catchThrowable(() -> broker.publish(List.of("no order"), to(queue).contentType(CSV))))
        .isInstanceOf(RuntimeException.class);
    assertThat(broker.counters().get(Counter.PUBLISHED)).isZero();
  }

  @Test
  void aContentTypeThatNobodyWritesIsAnError() {
    String queue = fixture.name("unknown");
    Broker broker = fixture.broker();
    broker.declare(queue);

    assertThat(
            catchThrowable(
                () -> broker.publish(new Order("o", 1), to(queue).contentType("image/png"))))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("image/png");
    assertThat(broker.counters().get(Counter.PUBLISHED)).isZero();
  }

  @Test
  void aContentTypeThatTheHandlerCannotReadIsInvalid() {
    String queue = fixture.name("mismatch");
    fixture.started(on -> on.consume(queue, Order.class, order -> {}));

    Expect.failsAtOnce(
        ErrorCode.INVALID_MESSAGE,
        () ->
            withCodec(false)
                .publish(new Order("o", 1), to(queue).contentType(CSV).callback(Void.class)));
  }
}
