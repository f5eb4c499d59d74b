package dev.parley.faults;

import java.util.Random;

/**
 * What a breakage finds in a round: the queues, the processes, and chance. Used by the thread of
 * the round.
 *
 * @param random seeded by the round, so that it is the same again
 */
record Scene(Names names, Crew crew, Random random) {}
