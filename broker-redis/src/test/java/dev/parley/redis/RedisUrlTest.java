package dev.parley.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Redis is, by URL. */
class RedisUrlTest {

  private static RedisUrl parse(String url) {
    return RedisUrl.parse(url, "shop 1", Duration.ofSeconds(3));
  }

  private static RedisCredentials credentials(RedisURI uri) {
    return uri.getCredentialsProvider().resolveCredentials().block(Duration.ofSeconds(1));
  }

  @Test
  void userPasswordAndDatabaseAreRead() {
    RedisURI uri = parse("rediss://app:s%25cret@redis.example:6380/3").uris().get(0);

    assertThat(uri.getHost()).isEqualTo("redis.example");
    assertThat(uri.getPort()).isEqualTo(6380);
    assertThat(uri.getDatabase()).isEqualTo(3);
    assertThat(uri.isSsl()).isTrue();
    assertThat(uri.isVerifyPeer()).isTrue();
    assertThat(credentials(uri).getUsername()).isEqualTo("app");
    assertThat(credentials(uri).getPassword()).isEqualTo("s%cret".toCharArray());
    assertThat(uri.getClientName()).isEqualTo("shop_1");
  }

  @Test
  void aClusterHasSeveralNodesWithTheSameCredentials() {
    RedisUrl url = parse("redis-cluster://app:secret@one:7000,two:7001");

    assertThat(url.cluster()).isTrue();
    assertThat(url.uris()).extracting(RedisURI::getPort).containsExactly(7000, 7001);
    assertThat(url.uris()).allMatch(uri -> credentials(uri).getUsername().equals("app"));
  }

  @Test
  void sentinelsNameTheMaster() {
    RedisURI uri = parse("redis-sentinel://secret@one:26379,two:26380/1#orders").uris().get(0);

    assertThat(uri.getSentinelMasterId()).isEqualTo("orders");
    assertThat(uri.getSentinels()).extracting(RedisURI::getPort).containsExactly(26379, 26380);
    assertThat(uri.getDatabase()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://u:hunter2@",
        "redis://u:hunter2@host:port",
        "redis://u:hunter2@host:99999999",
        "redis-cluster://u:hunter2@host/1",
        "redis-sentinel://hunter2@host",
        "http://u:hunter2@host"
      })
  void aMistakeIsToldWithoutThePassword(String url) {
    Throwable mistake = catchThrowable(() -> parse(url));

    assertThat(mistake).isInstanceOf(IllegalArgumentException.class);
    assertThat(mistake).hasMessageContaining("broker.url").hasMessageNotContaining("hunter2");
    assertThat(mistake.getCause()).isNull();
  }
}
