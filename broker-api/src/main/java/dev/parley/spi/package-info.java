/**
 * What a transport implements to carry messages between the engine and one broker: bytes and
 * headers, no payload types.
 *
 * <p>The engine calls these types from any thread; a transport calls its listeners from its own
 * threads and its listeners never block. Applications do not need this package.
 */
@NullMarked
package dev.parley.spi;

import org.jspecify.annotations.NullMarked;
