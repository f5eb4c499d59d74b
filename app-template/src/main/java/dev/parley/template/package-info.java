/** A small service to copy: where it starts and how it lives. */
@NullMarked
package dev.parley.template;

import org.jspecify.annotations.NullMarked;
