/** Breaks real brokers, networks and processes while numbered messages flow, and counts. */
@NullMarked
package dev.parley.faults;

import org.jspecify.annotations.NullMarked;
