package dev.parley.bench.contestant;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;

import dev.parley.Broker;
import dev.parley.CallOptions;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Parley with all settings at their defaults, on any broker; a {@link Broker} for each side. */
public final class Parley implements Contestant {
  private final Broker server;
  private final Broker client;

  /** For the broker of that URL, with these settings beside. */
  public Parley(String url, Map<String, String> settings) {
    server = broker(url, settings);
    client = broker(url, settings);
  }

  private static Broker broker(String url, Map<String, String> settings) {
    Broker.Builder builder = Broker.builder().url(url);
    settings.forEach(builder::setting);
    return builder.build();
  }

  @Override
  public void declare(String name) {
    client.declare(name);
  }

  @Override
  public void serve(String name, Work work) {
    if (work.isJson()) {
      server.subscribe(queue(name), Work.Add.class, add -> add.a() + add.b());
    } else {
      server.subscribe(queue(name), byte[].class, body -> body);
    }
    server.start();
  }

  @Override
  public Caller caller(String name, Work work) {
    return work.isJson()
        ? new TypedCaller<>(client, to(name).callback(Integer.class))
        : new TypedCaller<>(client, to(name).callback(byte[].class));
  }

  private record TypedCaller<R>(Broker broker, CallOptions<R> call) implements Caller {
    @Override
    public Object call(Object request) {
      return Objects.requireNonNull(broker.publish(request, call), "no reply in time");
    }

    @Override
    public CompletableFuture<?> callAsync(Object request) {
      return broker.publishAsync(request, call);
    }
  }

  @Override
  public Sender sender(String name) {
    return body -> client.publishAsync(body, to(name));
  }

  @Override
  public void consume(String name, Runnable handled) {
    server.subscribe(
        queue(name),
        byte[].class,
        body -> {
          handled.run();
          return null;
        });
    server.start();
  }

  @Override
  public void serveItems(String name) {
    server.subscribe(queue(name), Integer.class, count -> IntStream.range(0, count).boxed());
    server.start();
  }

  @Override
  public Items items(String name) {
    return count -> {
      try (Stream<Integer> items = client.stream(count, to(name).callback(Integer.class))) {
        long came = items.count();
        if (came != count) {
          throw new IllegalStateException(came + " items came, not " + count);
        }
      }
    };
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
