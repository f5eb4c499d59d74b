package dev.parley.template.docs;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Subscriber;
import dev.parley.kafka.KafkaPublish;
import dev.parley.kafka.KafkaQueue;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The options of Kafka, which another broker ignores. */
class KafkaTest extends Bench {
  record Invoice(String id) {}

  private final List<String> bills = new CopyOnWriteArrayList<>();

  /** The handlers of the page. */
  final class Billing {
    // tag::kafka-options
    @Subscriber("invoices")
    @KafkaQueue(partitions = 1, configuration = "retention.ms=604800000")
    void bill(Invoice invoice) {
      bills.add(invoice.id());
    }
    // end::kafka-options
  }

  @Test
  void optionsOfKafkaAreIgnoredElsewhere() {
    broker.register(new Billing());
    broker.start();
    Invoice invoice = new Invoice("I-1");

    // tag::kafka-publish
    broker.publish(invoice, to("invoices").with(KafkaPublish.partition(0)));
    // end::kafka-publish

    assertThat(broker.publish(invoice, to("invoices").callback(String.class))).isEmpty();
    assertThat(bills).containsExactly("I-1", "I-1");
  }
}
