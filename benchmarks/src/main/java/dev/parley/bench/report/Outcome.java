package dev.parley.bench.report;

import dev.parley.bench.load.Measured;

/**
 * One scenario of one contestant in one round.
 *
 * @param broker which broker
 * @param scenario what was done
 * @param contestant who did it
 * @param round counted from 1
 * @param java the version of Java
 * @param measured what it gave
 */
public record Outcome(
    String broker, String scenario, String contestant, int round, String java, Measured measured) {}
