/** A small service to copy. */
@NullMarked
package dev.parley.template;

import org.jspecify.annotations.NullMarked;
