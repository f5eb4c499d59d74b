/** The embedded in-memory broker. */
@NullMarked
package dev.parley.memory;

import org.jspecify.annotations.NullMarked;
