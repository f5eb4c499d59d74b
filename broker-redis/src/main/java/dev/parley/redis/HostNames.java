package dev.parley.redis;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds hosts as all of Java does, on a thread that is there only while names are looked up.
 *
 * <p>In place of Lettuce's own way, which has a UDP socket for each I/O thread and does not always
 * close it with the thread. Any thread may call it.
 */
final class HostNames extends AddressResolverGroup<InetSocketAddress> {

  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final int WAITING = 64; // there are never more connections being opened

  private final ThreadPoolExecutor lookups;

  HostNames(ThreadFactory threads) {
    this.lookups =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(WAITING),
            threads);
    lookups.allowCoreThreadTimeOut(true);
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new Resolver(executor).asAddressResolver();
  }

  @Override
  public void close() {
    super.close();
    lookups.shutdownNow();
  }

  private interface Lookup<T> {
    T find() throws UnknownHostException;
  }

  private final class Resolver extends InetNameResolver {

    private Resolver(EventExecutor executor) {
      super(executor);
    }

    @Override
    protected void doResolve(String host, Promise<InetAddress> promise) {
      lookUp(() -> InetAddress.getByName(host), promise);
    }

    @Override
    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
      lookUp(() -> List.of(InetAddress.getAllByName(host)), promise);
    }

    private <T> void lookUp(Lookup<T> lookup, Promise<T> promise) {
      try {
        lookups.execute(() -> complete(lookup, promise));
      } catch (RejectedExecutionException e) {
        promise.tryFailure(e);
      }
    }

    private static <T> void complete(Lookup<T> lookup, Promise<T> promise) {
      try {
        promise.trySuccess(lookup.find());
      } catch (UnknownHostException | RuntimeException e) {
        promise.tryFailure(e);
      }
    }
  }
}
