/**
 * The embedded broker: queues, topics and replies between the {@code Broker} objects of one JVM,
 * without a server and without a thread of its own.
 *
 * <p>An application needs only the URL {@code memory:}. Tests find here what happens inside ({@link
 * dev.parley.memory.MemoryBroker}) and how to make it go wrong ({@link
 * dev.parley.memory.MemoryFaults}).
 */
@NullMarked
package dev.parley.memory;

import org.jspecify.annotations.NullMarked;
