package dev.parley.bench.contestant;

import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.AsyncRabbitTemplate;
import org.springframework.amqp.rabbit.annotation.EnableRabbit;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.RabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SimpleMessageConverter;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Spring AMQP as its reference has it: {@code @RabbitListener}, {@code RabbitTemplate} for blocking
 * calls, {@code AsyncRabbitTemplate} for futures, correlated confirms for publishing.
 */
public final class RabbitSpring implements Contestant {
  private static final int CHANNELS = 128; // with the default of 25 it opens one for each call
  private static final long LIMIT_MILLIS = 30_000;

  private final CachingConnectionFactory serverConnections;
  private final CachingConnectionFactory clientConnections;
  private final CachingConnectionFactory confirming;
  private final Closings closings = new Closings();

  /** For the broker of that URL. */
  public RabbitSpring(String url) {
    serverConnections = connections(url);
    clientConnections = connections(url);
    confirming = connections(url);
    confirming.setPublisherConfirmType(ConfirmType.CORRELATED);
  }

  private CachingConnectionFactory connections(String url) {
    CachingConnectionFactory factory = new CachingConnectionFactory(URI.create(url));
    factory.setChannelCacheSize(CHANNELS);
    closings.last(factory::destroy);
    return factory;
  }

  @Override
  public void declare(String queue) {
    new RabbitAdmin(clientConnections).declareQueue(new Queue(queue));
  }

  /** What the context needs to see {@code @RabbitListener}. */
  @Configuration
  @EnableRabbit
  static class Listening {}

  /** Adds. */
  static final class Adding {
    @RabbitListener(queues = "#{@queue}")
    Integer add(Work.Add add) {
      return add.a() + add.b();
    }
  }

  /** Echoes. */
  static final class Echoing {
    @RabbitListener(queues = "#{@queue}")
    byte[] echo(byte[] body) {
      return body;
    }
  }

  @Override
  public void serve(String queue, Work work) {
    SimpleRabbitListenerContainerFactory containers = new SimpleRabbitListenerContainerFactory();
    containers.setConnectionFactory(serverConnections);
    containers.setMessageConverter(converter(work));
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean("queue", String.class, () -> queue);
    context.registerBean(
        "rabbitListenerContainerFactory", RabbitListenerContainerFactory.class, () -> containers);
    context.register(Listening.class, work.isJson() ? Adding.class : Echoing.class);
    context.refresh();
    closings.first(context);
  }

  private static MessageConverter converter(Work work) {
    return work.isJson() ? new JacksonJsonMessageConverter() : new SimpleMessageConverter();
  }

  @Override
  public Caller caller(String queue, Work work) {
    RabbitTemplate template = new RabbitTemplate(clientConnections);
    template.setMessageConverter(converter(work));
    template.setReplyTimeout(LIMIT_MILLIS);
    AsyncRabbitTemplate async = new AsyncRabbitTemplate(template);
    async.setReceiveTimeout(LIMIT_MILLIS);
    async.start();
    closings.first(async::stop);
    closings.first(template::destroy);
    return new Caller() {
      @Override
      public Object call(Object request) {
        return Objects.requireNonNull(
            template.convertSendAndReceive(queue, request), "no reply in time");
      }

      @Override
      public CompletableFuture<?> callAsync(Object request) {
        return async.convertSendAndReceive(queue, request);
      }
    };
  }

  @Override
  public Sender sender(String queue) {
    RabbitTemplate template = new RabbitTemplate(confirming);
    return body -> {
      CorrelationData correlation = new CorrelationData();
      template.convertAndSend("", queue, (Object) body, correlation);
      return correlation.getFuture();
    };
  }

  @Override
  public void consume(String queue, Runnable handled) {
    SimpleMessageListenerContainer container =
        new SimpleMessageListenerContainer(serverConnections);
    container.setQueueNames(queue);
    container.setMessageListener(
        new MessageListener() {
          @Override
          public void onMessage(Message message) {
            handled.run();
          }
        });
    container.start();
    closings.first(container::stop);
  }

  @Override
  public void close() throws IOException {
    closings.close();
  }
}
