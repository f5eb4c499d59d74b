package dev.parley.memory;

import dev.parley.conformance.BrokerConformance;
import dev.parley.conformance.ConformanceBroker;
import dev.parley.conformance.Fault;
import dev.parley.conformance.ForeignClient;
import dev.parley.conformance.TransportClient;
import java.util.Optional;

/** The contract of all brokers, proven for the in-memory one. */
class MemoryConformanceTest extends BrokerConformance {

  @Override
  protected ConformanceBroker open() {
    return new Server(MemoryBroker.create());
  }

  private record Server(MemoryBroker broker) implements ConformanceBroker {

    @Override
    public String url() {
      return broker.url();
    }

    @Override
    public Optional<String> unavailable(Fault fault) {
      return switch (fault) {
        case CUT_CONNECTIONS, BLOCK_PUBLISHERS, DELAYED_PUBLISH -> Optional.empty();
        case STOP -> Optional.of("the in-memory broker is there as long as its clients are");
        case SILENCE -> Optional.of("the in-memory broker is reached without a network");
        case KILL_PROCESS -> Optional.of("the in-memory broker is in the process of its clients");
        case DELETE_QUEUE -> Optional.of("the in-memory broker deletes no queues");
      };
    }

    @Override
    public void cutConnections() {
      broker.faults().cut();
    }

    @Override
    public void blockPublishers() {
      broker.faults().holdConfirms();
    }

    @Override
    public void unblockPublishers() {
      broker.faults().releaseConfirms();
    }

    @Override
    public ForeignClient foreignClient() {
      return TransportClient.connect(url());
    }

    @Override
    public void close() {
      broker.close();
    }
  }
}
