/** The transport for RabbitMQ. */
@NullMarked
package dev.parley.rabbit;

import org.jspecify.annotations.NullMarked;
