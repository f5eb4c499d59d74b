package dev.parley.rabbit;

import dev.parley.spi.Scheduler;

/** What all listenings of one transport share. */
record ListeningParts(
    String clientName,
    boolean quorum,
    Scheduler scheduler,
    ConsumeWork work,
    Retry.Factory retries,
    Sender sender,
    Settler settler) {}
