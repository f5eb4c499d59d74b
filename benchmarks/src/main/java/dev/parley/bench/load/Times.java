package dev.parley.bench.load;

import java.time.Duration;

/**
 * How long work is done before it is measured, and how long it is measured.
 *
 * @param compiling how long calls are made before anything else, for the JIT compiler
 * @param warmUp before each scenario
 * @param measured then
 */
public record Times(Duration compiling, Duration warmUp, Duration measured) {}
