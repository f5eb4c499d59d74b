package dev.parley.kafka;

import dev.parley.spi.Scheduler;
import dev.parley.spi.support.OwnedThreads;

/** What the parts of one transport share. */
record Parts(
    Cluster cluster,
    ClientProperties properties,
    KafkaSettings settings,
    Scheduler scheduler,
    OwnedThreads threads,
    Topics topics,
    Sender sender,
    BrokerClock clock) {}
