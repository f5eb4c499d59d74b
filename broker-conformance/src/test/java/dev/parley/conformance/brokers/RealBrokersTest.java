package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RealBrokersTest {

  @Test
  void allTestsShareOneBrokerThatNoneOfThemCanClose() throws Exception {
    RealBroker first = RealBrokers.rabbit();
    first.close();
    RealBroker second = RealBrokers.rabbit();

    assertThat(second).isSameAs(first);
    try (AmqpClient client = AmqpClient.connect(second.url())) {
      client.declareDurable("shared");
      client.publishConfirmed("shared", "hello");
      assertThat(client.take("shared")).isEqualTo("hello");
    }
  }
}
