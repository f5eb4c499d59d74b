/** What was measured, as a table, a chart and a file. */
@NullMarked
package dev.parley.bench.report;

import org.jspecify.annotations.NullMarked;
