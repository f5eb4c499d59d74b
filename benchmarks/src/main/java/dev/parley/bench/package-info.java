/** Measures Parley beside the client libraries used by hand and beside Spring. */
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
