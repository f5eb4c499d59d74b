package dev.parley.bench.load;

import java.time.Duration;

/**
 * How long work is done before it is measured, and how long it is measured.
 *
 * @param warmUp before
 * @param measured then
 */
public record Times(Duration warmUp, Duration measured) {}
