/** Test support for applications that use Parley. */
@NullMarked
package dev.parley.test;

import org.jspecify.annotations.NullMarked;
