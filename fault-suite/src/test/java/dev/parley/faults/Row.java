package dev.parley.faults;

import dev.parley.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The result of one round.
 *
 * @param lost confirmed, and neither handled nor dead, though the fault does not excuse it
 * @param recovery from the end of the fault until calls were answered and health said so
 * @param mistakes everything that must not be, in words; empty for a good round
 */
record Row(
    String broker,
    String fault,
    long seed,
    int messages,
    int confirmed,
    int lost,
    int excused,
    int dead,
    int duplicates,
    int calls,
    int answered,
    int late,
    Map<ErrorCode, Integer> failures,
    int left,
    Duration recovery,
    List<String> mistakes) {}
