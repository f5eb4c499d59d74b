package dev.parley.template.service;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Serves {@link Prices}. Immutable; any thread may call it. */
public final class PriceList implements Prices {

  private final Map<String, Long> cents =
      new TreeMap<>(Map.of("tea", 250L, "coffee", 320L, "cake", 480L));

  @Override
  public long cents(String item) {
    return cents.getOrDefault(item, 0L);
  }

  @Override
  public long total(String item, int quantity) {
    return cents(item) * quantity;
  }

  @Override
  public Stream<Offer> list() {
    return cents.entrySet().stream().map(each -> new Offer(each.getKey(), each.getValue()));
  }
}
