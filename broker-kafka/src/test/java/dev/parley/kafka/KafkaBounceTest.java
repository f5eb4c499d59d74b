package dev.parley.kafka;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.conformance.brokers.BrokerAssumptions;
import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that dies and comes back in the middle of load. */
@Timeout(180)
class KafkaBounceTest {

  private static final int MESSAGES = 400;

  @Test
  void aBrokerKilledUnderLoadLosesNothingAndCallsGoOn() throws Exception {
    try (RealBroker kafka = RealBrokers.newKafka()) {
      BrokerAssumptions.assumeCan(kafka, BrokerCapability.KILL);
      Set<Integer> handled = ConcurrentHashMap.newKeySet();
      try (Broker server = broker(kafka);
          Broker client = broker(kafka)) {
        server.consume(queue("work").concurrency(4), Integer.class, handled::add);
        server.subscribe("echo", String.class, body -> body);
        server.start();
        assertThat(client.publish("before", to("echo").callback(String.class))).isEqualTo("before");

        List<CompletableFuture<@Nullable Void>> publishes = new ArrayList<>();
        List<CompletableFuture<@Nullable String>> calls = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
          publishes.add(client.publishAsync(i, to("work").timeout(Duration.ofSeconds(90))));
          calls.add(
              client.publishAsync(
                  "call " + i, to("echo").callback(String.class).timeout(Duration.ofSeconds(90))));
          if (i == MESSAGES / 2) {
            kafka.kill();
          }
        }
        kafka.start();

        for (CompletableFuture<@Nullable Void> publish : publishes) {
          publish.get(90, TimeUnit.SECONDS);
        }
        for (int i = 0; i < MESSAGES; i++) {
          assertThat(calls.get(i).get(90, TimeUnit.SECONDS)).isEqualTo("call " + i);
        }
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(handled).hasSize(MESSAGES));
        assertThat(client.publish("after", to("echo").callback(String.class))).isEqualTo("after");
      }
    }
  }

  private static Broker broker(RealBroker kafka) {
    return Broker.builder()
        .url(kafka.url())
        .setting("kafka.reconnect.max", "500ms")
        .setting("kafka.health.interval", "1s")
        .build();
  }
}
