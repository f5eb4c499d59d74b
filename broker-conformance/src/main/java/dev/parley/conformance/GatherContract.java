package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.Reject;
import dev.parley.Reply;
import dev.parley.SubscribeOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One request to a topic, the replies of all its groups and instances. */
abstract class GatherContract extends Chapter {

  private CallOptions<String> offers() {
    return toTopic(fixture.name("offers")).callback(String.class).timeout(ofSeconds(10));
  }

  /** A server with those groups, each of which replies with its name. */
  private Broker server(String... groups) {
    Broker server = fixture.broker();
    for (String group : groups) {
      server.subscribe(
          SubscribeOptions.topic(fixture.name("offers"), group),
          String.class,
          body -> body + " by " + group);
    }
    server.start();
    return server;
  }

  @Test
  void gatheringEndsWhenThereAreAsManyRepliesAsWereAskedFor() {
    server("a", "b", "c");
    Broker client = fixture.broker();

    List<Reply<String>> replies = client.gather("tea", offers(), 3);

    assertThat(replies)
        .extracting(Reply::value)
        .containsExactlyInAnyOrder("tea by a", "tea by b", "tea by c");
    assertThat(replies).allMatch(reply -> reply.server().isPresent() && reply.total().isPresent());
    assertThat(client.counters().callsInFlight()).isZero();
  }

  @Test
  void gatheringEndsAtItsTimeWithWhatThereIs() {
    server("a", "b");
    Broker client = fixture.broker();

    assertThat(client.gather("tea", offers().timeout(ofSeconds(2)))).hasSize(2);
    assertThat(client.gather("tea", offers().timeout(ofSeconds(2)), 3)).hasSize(2);
    Expect.noCallInFlight(client);
  }

  @Test
  void gatheringEndsWhenTheRepliesAreEnough() throws Exception {
    server("a", "b", "c");

    assertThat(
            fixture
                .broker()
                .gatherAsync(
                    "tea",
                    offers(),
                    replies -> replies.stream().anyMatch(each -> "tea by b".equals(each.value())))
                .get(10, TimeUnit.SECONDS))
        .extracting(Reply::value)
        .contains("tea by b");
  }

  @Test
  void everyInstanceThatHasACopyOfItsOwnReplies() {
    Broker[] instances = {fixture.broker(), fixture.broker(), fixture.broker()};
    for (Broker instance : instances) {
      instance.subscribe(
          SubscribeOptions.broadcast(fixture.name("offers")),
          String.class,
          body -> instance.name());
      instance.start();
    }

    List<Reply<String>> replies = fixture.broker().gather("who", offers(), instances.length);

    assertThat(replies)
        .extracting(Reply::value)
        .containsExactlyInAnyOrder(Stream.of(instances).map(Broker::name).toArray(String[]::new));
    assertThat(replies).allMatch(reply -> Objects.equals(reply.server().orElse(""), reply.value()));
  }

  @Test
  void instancesOfOneGroupReplyOnce() {
    server("a");
    server("a");

    assertThat(fixture.broker().gather("tea", offers().timeout(ofSeconds(2)))).hasSize(1);
  }

  @Test
  void theErrorOfOneIsAmongTheRepliesOfTheOthers() {
    Broker server = server("a", "b");
    server.subscribe(
        SubscribeOptions.topic(fixture.name("offers"), "ill"),
        String.class,
        body -> {
          throw new Reject("no " + body);
        });

    List<Reply<String>> replies = fixture.broker().gather("tea", offers(), 3);

    assertThat(replies).filteredOn(Reply::isError).hasSize(1);
    assertThat(replies)
        .filteredOn(Reply::isError)
        .allSatisfy(
            reply ->
                assertThat(reply.error().orElseThrow())
                    .isInstanceOfSatisfying(
                        HandlerFailedException.class,
                        e -> assertThat(e.remoteMessage()).isEqualTo("no tea")));
  }

  @Test
  void duplicatesAndLateRepliesAreDiscardedAndCounted() throws Exception {
    ForeignClient foreign = fixture.foreign();
    foreign.declare(fixture.name("asked"));
    Broker client = fixture.broker();

    CompletableFuture<List<Reply<String>>> all =
        client.gatherAsync(
            "tea", to(fixture.name("asked")).callback(String.class).timeout(ofSeconds(10)), 2);
    RawMessage request = foreign.take(fixture.name("asked"));
    for (String group : List.of("a", "a", "b", "c")) { // "a" had the message twice, "c" is late
      foreign.answer(
          request, RawMessage.of(group).header("parley-server", "s").header("parley-group", group));
    }

    assertThat(all.get(10, TimeUnit.SECONDS)).extracting(Reply::value).containsExactly("a", "b");
    Expect.counter(client, Counter.REPLIES_DISCARDED, 2);
  }

  @Test
  void whatIsCancelledIsNotGatheredAnyMore() {
    fixture.broker().declareTopic(fixture.name("offers"));
    Broker client = fixture.broker();

    client.gatherAsync("tea", offers()).cancel(true);

    Expect.noCallInFlight(client);
  }

  @Test
  void closingFailsWhatIsBeingGathered() {
    fixture.broker().declareTopic(fixture.name("offers"));
    Broker client = fixture.broker();
    CompletableFuture<List<Reply<String>>> all = client.gatherAsync("tea", offers());

    client.close();

    assertThat(all).isDone();
    Expect.fails(ErrorCode.CLOSED, all);
  }

  @Test
  void moreRepliesThanTheLimitAreAnError() {
    server("a", "b", "c");
    Broker client = fixture.broker("call.gather-limit", "2");

    Expect.fails(ErrorCode.OVERLOADED, () -> client.gather("tea", offers()));
    assertThat(client.gather("tea", offers(), 2)).hasSize(2);
  }

  @Test
  void gatheringNeedsALimit() {
    Broker client = fixture.broker();

    assertThatThrownBy(() -> client.gather("tea", offers().noTimeout()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a time limit");
    assertThatThrownBy(() -> client.gather("tea", offers(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count must be 1 or more");
  }

  @Test
  void aTopicNobodyHasDeclaredIsAnErrorAtOnce() {
    Expect.failsAtOnce(ErrorCode.NO_HANDLER, () -> fixture.broker().gather("tea", offers()));
  }

  @Test
  void itemsOfStreamsAreRepliesOfTheirSender() {
    Broker server = server("a");
    server.subscribe(
        SubscribeOptions.topic(fixture.name("offers"), "many"),
        String.class,
        body -> Stream.of("1", "2", "3"));

    assertThat(fixture.broker().gather("tea", offers(), 4))
        .extracting(Reply::value)
        .containsExactlyInAnyOrder("tea by a", "1", "2", "3");
  }
}
