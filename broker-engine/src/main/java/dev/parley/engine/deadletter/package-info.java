/** Dead letters, looked at and sent back. */
@NullMarked
package dev.parley.engine.deadletter;

import org.jspecify.annotations.NullMarked;
