/**
 * The suite of tests that every transport extends.
 *
 * <p>A transport has one test class that extends {@link dev.parley.conformance.BrokerConformance}
 * and says how its broker is started, which faults it can be made to suffer, and how another
 * maker's client speaks to it: {@link dev.parley.conformance.AmqpConformanceBroker} for AMQP 0-9-1,
 * {@link dev.parley.conformance.TransportClient} where there is no protocol. Each chapter is a
 * class of its own that uses the API as an application does; what only some brokers can do is asked
 * of the transport, and a test that cannot run says why on standard output.
 */
@NullMarked
package dev.parley.conformance;

import org.jspecify.annotations.NullMarked;
