/** Sending: messages, and requests with the calls that wait for their replies. */
@NullMarked
package dev.parley.engine.publish;

import org.jspecify.annotations.NullMarked;
