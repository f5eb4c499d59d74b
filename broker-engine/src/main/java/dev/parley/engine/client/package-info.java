/** Typed clients: interfaces whose methods are calls. */
@NullMarked
package dev.parley.engine.client;

import org.jspecify.annotations.NullMarked;
