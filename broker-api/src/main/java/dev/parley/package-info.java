/**
 * What an application imports: declare handlers, publish, call, and say what is to happen when
 * something fails.
 */
@NullMarked
package dev.parley;

import org.jspecify.annotations.NullMarked;
