/** Real brokers, started for tests and for development. */
@NullMarked
package dev.parley.conformance.brokers;

import org.jspecify.annotations.NullMarked;
