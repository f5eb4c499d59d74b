/**
 * What transports share beside their client libraries: back-off, bounds, deadlines, threads, and
 * telling in order.
 */
@NullMarked
package dev.parley.spi.support;

import org.jspecify.annotations.NullMarked;
