package dev.parley.conformance.brokers;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a test may ask of a real broker, and what one of the servers at hand may lack.
 *
 * <p>The first five are faults that a test can cause; the others are parts of the protocol as
 * RabbitMQ speaks it.
 */
public enum BrokerCapability {
  /** {@link RealBroker#stop()}, {@link RealBroker#start()} and {@link RealBroker#restart()}. */
  RESTART("stop and start again on the same port with its data"),
  /** {@link RealBroker#kill()}, then {@link RealBroker#start()}. */
  KILL("die without warning and start again on the same port with its data"),
  /** {@link RealBroker#closeAllConnections()}. */
  CLOSE_CONNECTIONS("close all connections of its clients"),
  /** {@link RealBroker#blockPublishers()} and {@link RealBroker#unblockPublishers()}. */
  BLOCK_PUBLISHERS("block its publishers, as at a memory alarm"),
  /** {@link RealBroker#ctl(String...)}. */
  CTL("run the server's own control command"),

  /** The pseudo-queue {@code amq.rabbitmq.reply-to}. */
  DIRECT_REPLY_TO("direct reply-to"),
  /** The queue argument {@code x-queue-type}. */
  QUEUE_TYPES("declare a queue with x-queue-type"),
  /** The queue arguments {@code x-message-ttl} and {@code x-expires}. */
  QUEUE_TIME_TO_LIVE("declare a queue with x-message-ttl or x-expires"),
  /** The queue arguments {@code x-dead-letter-exchange} and {@code x-dead-letter-routing-key}. */
  DEAD_LETTER_EXCHANGE("declare a queue with x-dead-letter-exchange"),
  /** The queue arguments {@code x-max-length}, {@code x-max-priority} and the like. */
  QUEUE_ARGUMENTS("declare a queue with x-max-length, x-max-priority or the like"),
  /** A refusal of queue names that begin with {@code amq.}. */
  RESERVED_NAMES("refuse to declare a queue whose name is reserved"),
  /** Header {@code CC}, and a look at the property {@code user_id}. */
  MESSAGE_ROUTING("heed the header CC and check the property user_id"),
  /** A message whose headers are nested thousands of levels deep. */
  DEEP_HEADERS("survive headers nested thousands of levels deep"),
  /** {@code basic.cancel} from the server when a queue with consumers is deleted. */
  CONSUMER_CANCEL_NOTIFICATION("tell a consumer that its queue was deleted"),
  /** An unroutable mandatory message is returned first, and confirmed with an ack after that. */
  RETURN_BEFORE_CONFIRM("return an unroutable message before confirming it");

  private static final Set<BrokerCapability> FAULTS = EnumSet.range(RESTART, CTL);

  private final String description;

  BrokerCapability(String description) {
    this.description = description;
  }

  /** Whether this is something that a test does to the server, and not a part of the protocol. */
  boolean isFault() {
    return FAULTS.contains(this);
  }

  /** For a server of another protocol, which has none of the parts of this one. */
  static Map<BrokerCapability, String> amqpIsMissing() {
    Map<BrokerCapability, String> missing = new EnumMap<>(BrokerCapability.class);
    for (BrokerCapability capability : values()) {
      if (!capability.isFault()) {
        missing.put(capability, "it is a part of AMQP 0-9-1");
      }
    }
    return missing;
  }

  /** What the broker does, to be read after "cannot". */
  public String description() {
    return description;
  }
}
