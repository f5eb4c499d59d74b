/** The suite of tests that every transport extends. */
@NullMarked
package dev.parley.conformance;

import org.jspecify.annotations.NullMarked;
