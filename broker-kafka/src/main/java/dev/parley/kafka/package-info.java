/** The transport for Kafka. */
@NullMarked
package dev.parley.kafka;

import org.jspecify.annotations.NullMarked;
