/** Tests of the benchmarks: that they work, never how fast anything is. */
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
