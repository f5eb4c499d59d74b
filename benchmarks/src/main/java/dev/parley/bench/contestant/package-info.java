/** Those that are compared: one way to use one broker each. */
@NullMarked
package dev.parley.bench.contestant;

import org.jspecify.annotations.NullMarked;
