/**
 * What every part of the engine runs on: its settings, its timer, its threads, its counters, and
 * which handler a thread is in.
 */
@NullMarked
package dev.parley.engine.runtime;

import org.jspecify.annotations.NullMarked;
