/** How errors, names of headers and time limits look in a message. */
@NullMarked
package dev.parley.engine.wire;

import org.jspecify.annotations.NullMarked;
