/** The rules of the architecture as tests. */
@NullMarked
package dev.parley.architecture;

import org.jspecify.annotations.NullMarked;
