/** The engine alone, measured by JMH. */
@NullMarked
package dev.parley.bench.engine;

import org.jspecify.annotations.NullMarked;
