package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.SendResult;
import java.util.concurrent.CompletionStage;

/** A message for a Pub/Sub channel, which has those who are subscribed now and nobody else. */
final class ChannelPublication implements Publication {

  private final Address to;
  private final byte[] payload;
  private final boolean cluster;

  /**
   * A message that is written already.
   *
   * @param cluster whether Redis counts the subscribers of one node only, so that none means
   *     nothing
   */
  ChannelPublication(Address to, byte[] payload, boolean cluster) {
    this.to = to;
    this.payload = payload;
    this.cluster = cluster;
  }

  @Override
  public int size() {
    return payload.length;
  }

  @Override
  public CompletionStage<SendResult> write(Link link) {
    return link.commands(to.name())
        .publish(Keys.channel(to.name()), payload)
        .thenApply(this::result);
  }

  private SendResult result(long receivers) {
    return receivers > 0 || cluster || to.kind() == Address.Kind.TOPIC
        ? SendResult.CONFIRMED
        : SendResult.unroutable(to + " has no subscriber now");
  }
}
