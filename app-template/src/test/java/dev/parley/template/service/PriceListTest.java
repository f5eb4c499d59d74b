package dev.parley.template.service;

import static dev.parley.ClientOptions.timeout;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.template.service.Prices.Offer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PriceListTest {
  private Broker broker;
  private Prices prices;

  @BeforeEach
  void start() {
    broker = Broker.of("memory:prices-test");
    broker.register(new PriceList());
    broker.start();
    prices = broker.client(Prices.class, timeout(ofSeconds(10)));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void aClientAsksAsIfItWereHere() {
    assertThat(prices.cents("tea")).isEqualTo(250);
    assertThat(prices.total("tea", 3)).isEqualTo(750);
    assertThat(prices.cents("gold")).isZero();
    assertThat(prices.centsAsync("cake")).succeedsWithin(ofSeconds(10)).isEqualTo(480L);
  }

  @Test
  void theListComesAsAStream() {
    try (Stream<Offer> offers = prices.list()) {
      assertThat(offers)
          .containsExactly(new Offer("cake", 480), new Offer("coffee", 320), new Offer("tea", 250));
    }
  }
}
