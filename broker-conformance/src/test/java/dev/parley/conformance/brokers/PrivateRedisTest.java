package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A Redis of our own: its data outlives a kill, and nothing outlives its end. */
@Timeout(60)
class PrivateRedisTest {

  static Stream<PrivateRedis.Finder> programs() {
    return Stream.of(RedisProgram::installed, RedisProgram::embedded);
  }

  private static PrivateRedis start(PrivateRedis.Finder program) {
    try {
      return PrivateRedis.launch(program.find(), LocalPorts.free(), List.of());
    } catch (SourceUnavailableException e) {
      Assumptions.abort(e.getMessage());
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatWasConfirmedOutlivesAKill(PrivateRedis.Finder program) {
    try (PrivateRedis redis = start(program)) {
      String url = redis.url();
      redis.ctl("SET", "key", "value");

      redis.kill();
      redis.start();

      assertThat(redis.ctl("GET", "key")).isEqualTo("value");
      assertThat(redis.url()).isEqualTo(url);
      assertThat(redis.servedBy()).contains("redis-server");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void closeLeavesNeitherProcessNorFile(PrivateRedis.Finder program) {
    PrivateRedis redis = start(program);
    List<ProcessHandle> handles = redis.handles();
    assertThat(handles).hasSizeGreaterThanOrEqualTo(2).allMatch(ProcessHandle::isAlive);

    redis.close();

    assertThat(handles).noneMatch(ProcessHandle::isAlive);
    assertThat(redis.directory()).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void memoryThatIsUsedUpRefusesMessagesUntilItIsUnblocked(PrivateRedis.Finder program) {
    try (PrivateRedis redis = start(program)) {
      redis.blockPublishers();
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> redis.ctl("XADD", "s", "*", "f", "v")))
          .hasMessageContaining("OOM");

      redis.unblockPublishers();

      assertThat(redis.ctl("XADD", "s", "*", "f", "v")).contains("-");
    }
  }
}
