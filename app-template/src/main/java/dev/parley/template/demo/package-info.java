/**
 * The demonstration: every way of use, played once. Delete this package, and the mode {@code demo}
 * of {@link dev.parley.template.App}, from your copy.
 */
@NullMarked
package dev.parley.template.demo;

import org.jspecify.annotations.NullMarked;
