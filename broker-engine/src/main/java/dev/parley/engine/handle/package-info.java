/** Handling: what a handler declares, how its deliveries are run, and how they are settled. */
@NullMarked
package dev.parley.engine.handle;

import org.jspecify.annotations.NullMarked;
