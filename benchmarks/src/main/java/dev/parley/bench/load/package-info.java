/** The ways in which work is put on a contestant, and what is measured meanwhile. */
@NullMarked
package dev.parley.bench.load;

import org.jspecify.annotations.NullMarked;
