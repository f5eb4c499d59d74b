package dev.parley.template;

import dev.parley.Application;
import dev.parley.Broker;
import dev.parley.Subscription;
import dev.parley.template.service.Fibonacci;
import dev.parley.template.service.Orders;
import dev.parley.template.service.PriceList;
import dev.parley.template.service.Receipts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of the service: what it consists of, and what is to happen around start and stop. */
final class Service {

  private static final Logger log = LoggerFactory.getLogger(Service.class);

  private Service() {}

  /** Serves until the process is told to stop, and drains. */
  static void run(String... settings) {
    Application.configure(settings)
        .handlers(new Orders(), new Receipts(), new Fibonacci(), new PriceList())
        .beforeStart(broker -> log.info("Starting {}", broker.name()))
        .afterStart(Service::logQueues)
        .beforeStop(broker -> log.info("Stopping; counted so far: {}", broker.counters()))
        .afterStop(() -> log.info("Stopped"))
        .run();
  }

  private static void logQueues(Broker broker) {
    log.info("Serving {}", broker.subscriptions().stream().map(Subscription::name).toList());
  }
}
