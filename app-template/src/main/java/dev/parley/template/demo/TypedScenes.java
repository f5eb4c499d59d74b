package dev.parley.template.demo;

import dev.parley.ClientOptions;
import dev.parley.template.service.Prices;
import dev.parley.template.service.Prices.Offer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** An interface that one side implements and the other calls. */
final class TypedScenes {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Transcript transcript;
  private final Prices prices;

  TypedScenes(Stage stage) {
    this.transcript = stage.transcript();
    this.prices =
        stage.broker().client(Prices.class, ClientOptions.timeout(LIMIT).prefix(Stage.PREFIX));
  }

  void play() {
    typedClient();
    stream();
  }

  private void typedClient() {
    transcript.scene("Typed client: one interface is the contract, the server and the client.");
    transcript.code("interface Prices { @Subscriber(\"prices\") long cents(String item); ... }");
    transcript.code("Prices prices = broker.client(Prices.class)");
    transcript.result("prices.cents(\"tea\")", 250L, prices.cents("tea"));
    transcript.result("prices.total(\"tea\", 3)", 750L, prices.total("tea", 3));
    transcript.result("prices.centsAsync(\"cake\")", 480L, prices.centsAsync("cake").join());
  }

  private void stream() {
    transcript.scene("Stream: many replies to one call, one after the other.");
    transcript.code("@Subscriber(\"prices.list\") Stream<Offer> list()");
    transcript.code("prices.list().limit(2)");
    try (Stream<Offer> offers = prices.list()) {
      transcript.result(
          "items", List.of("cake", "coffee"), offers.limit(2).map(Offer::item).toList());
    }
  }
}
