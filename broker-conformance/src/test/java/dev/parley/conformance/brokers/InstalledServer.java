package dev.parley.conformance.brokers;

import org.junit.jupiter.api.Assumptions;

/** The installed RabbitMQ, for tests that are skipped where there is none. */
final class InstalledServer {
  private InstalledServer() {}

  static RabbitInstallation orSkip() {
    try {
      return RabbitInstallation.find();
    } catch (SourceUnavailableException e) {
      System.out.println("Skipped: " + e.getMessage());
      return Assumptions.abort(e.getMessage());
    }
  }
}
