/** Bodies: from objects to bytes and back, and what is wrong with those that do not fit. */
@NullMarked
package dev.parley.engine.codec;

import org.jspecify.annotations.NullMarked;
