/** Everything about messages that does not depend on the broker. */
@NullMarked
package dev.parley.engine;

import org.jspecify.annotations.NullMarked;
