/**
 * Streams: many replies to one request, in order, no more ahead of the one who takes them than that
 * one allows.
 */
@NullMarked
package dev.parley.engine.stream;

import org.jspecify.annotations.NullMarked;
