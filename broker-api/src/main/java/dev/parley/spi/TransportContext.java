package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ThreadFactory;

/**
 * What a transport is given to work with.
 *
 * @param url the value of {@code broker.url}, password included: never to be logged
 * @param settings the values of the provider's settings
 * @param clientName the name of this instance, unique, for the broker's own lists of connections
 *     and consumers
 * @param scheduler the broker's timer
 * @param threads makes named daemon threads that belong to this broker
 * @param listener told of every change of a connection's state
 */
public record TransportContext(
    String url,
    Settings settings,
    String clientName,
    Scheduler scheduler,
    ThreadFactory threads,
    TransportListener listener) {

  public TransportContext {
    requireNonNull(url, "url");
    requireNonNull(settings, "settings");
    requireNonNull(clientName, "clientName");
    requireNonNull(scheduler, "scheduler");
    requireNonNull(threads, "threads");
    requireNonNull(listener, "listener");
  }

  @Override
  public String toString() {
    return "TransportContext[" + clientName + "]"; // without the URL, which may hold a password
  }
}
