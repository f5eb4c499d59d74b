/** The snippets of the documentation as tests, and the check that the pages show what is tested. */
@NullMarked
package dev.parley.template.docs;

import org.jspecify.annotations.NullMarked;
