package dev.parley.template.service;

import dev.parley.Subscriber;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * The server of the <a href="https://www.rabbitmq.com/tutorials/tutorial-six-python">RabbitMQ
 * tutorial on RPC</a>; the tutorial's client in any language can call it. Has no state.
 */
public final class Fibonacci {

  /** The n-th Fibonacci number; the 93rd is the first that a {@code long} cannot hold. */
  @Subscriber("rpc_queue")
  public long fibonacci(@Min(0) @Max(92) int n) {
    long previous = 1;
    long current = 0;
    for (int i = 0; i < n; i++) {
      long next = previous + current;
      previous = current;
      current = next;
    }
    return current;
  }
}
