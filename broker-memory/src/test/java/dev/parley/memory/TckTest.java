package dev.parley.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/** The kit is for TestNG, so it runs inside of one test. */
class TckTest {

  private static final int FEWEST = 30;

  @Test
  @Timeout(180)
  void thePublisherOfAStreamKeepsTheRulesOfReactiveStreams() {
    TestNG kit = new TestNG(false);
    kit.setVerbose(0);
    kit.setTestClasses(new Class<?>[] {StreamPublisherTck.class});
    TestListenerAdapter results = new TestListenerAdapter();
    kit.addListener(results);

    kit.run();

    assertThat(results.getFailedTests()).extracting(TckTest::told).isEmpty();
    assertThat(results.getConfigurationFailures()).extracting(TckTest::told).isEmpty();
    assertThat(results.getPassedTests()).hasSizeGreaterThan(FEWEST);
  }

  private static String told(ITestResult result) {
    return result.getName() + ": " + result.getThrowable();
  }
}
