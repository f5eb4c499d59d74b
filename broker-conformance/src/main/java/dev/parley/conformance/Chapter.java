package dev.parley.conformance;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the chapters have in common: a fixture for each test, and a limit for its time. */
@Timeout(30)
abstract class Chapter {

  Fixture fixture;

  @BeforeEach
  void open(Fixture opened) {
    this.fixture = opened;
  }
}
