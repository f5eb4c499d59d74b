/** Settings: where they come from, how they are read, and what is said about the wrong ones. */
@NullMarked
package dev.parley.engine.config;

import org.jspecify.annotations.NullMarked;
