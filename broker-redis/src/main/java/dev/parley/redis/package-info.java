/**
 * Redis as a broker: streams with consumer groups for queues and topics, a stream of its own for
 * the replies to each instance, and Pub/Sub where it is asked for.
 */
@NullMarked
package dev.parley.redis;

import org.jspecify.annotations.NullMarked;
