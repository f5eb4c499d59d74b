package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.parley.spi.Address;
import dev.parley.spi.support.Deadlines;
import dev.parley.spi.support.SendBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfirmTrackerTest {

  private static final SendBudget BUDGET = new SendBudget("rabbit", 1_000_000, 1_000_000);

  private static PendingSend send(String id, long deadlineNanos) {
    PendingSend send =
        new PendingSend(
            Route.toQueue(Address.queue("q"), null),
            new AMQP.BasicProperties.Builder().messageId(id).build(),
            new byte[0],
            deadlineNanos,
            BUDGET,
            result -> {});
    send.beginWrite();
    return send;
  }

  private static PendingSend send(String id) {
    return send(id, Long.MAX_VALUE);
  }

  private static List<PendingSend> answer(ConfirmTracker tracker, long tag, boolean multiple) {
    List<PendingSend> answered = new ArrayList<>();
    tracker.answered(tag, multiple, answered::add);
    return answered;
  }

  /** Against the plain sorted map that it stands for, with a ring so small that many straggle. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomAnswersAreAboutTheSameMessagesAsInASortedMap(long seed) {
    Random random = new Random(seed);
    ConfirmTracker tracker = new ConfirmTracker(16);
    TreeMap<Long, PendingSend> model = new TreeMap<>();
    long next = 1;
    for (int i = 0; i < 20_000; i++) {
      int dice = random.nextInt(10);
      long tag = 1 + random.nextLong(next);
      if (dice < 5) {
        PendingSend send = send("m" + next);
        assertThat(tracker.add(send)).isTrue();
        model.put(next++, send);
      } else if (dice == 5) {
        assertThat(tracker.add(send("not written"))).isTrue();
        tracker.undoAdd();
      } else if (dice < 9) {
        long near = Math.max(1, next - 1 - random.nextInt(40));
        PendingSend expected = model.remove(near);
        assertThat(answer(tracker, near, false))
            .isEqualTo(expected == null ? List.of() : List.of(expected));
      } else if (random.nextInt(20) == 0 && tag < next) {
        List<PendingSend> expected = new ArrayList<>(model.headMap(tag, true).values());
        model.headMap(tag, true).clear();
        assertThat(answer(tracker, tag, true)).isEqualTo(expected);
      }
    }
    assertThat(tracker.close()).isEqualTo(new ArrayList<>(model.values()));
    assertThat(tracker.add(send("late"))).isFalse();
  }

  @Test
  void answersAboutNothingAreIgnored() {
    ConfirmTracker tracker = new ConfirmTracker(4);
    assertThat(answer(tracker, 1, false)).isEmpty();
    assertThat(answer(tracker, 1_000, true)).isEmpty();
    PendingSend first = send("first");
    tracker.add(first);
    assertThat(answer(tracker, 1, false)).containsExactly(first);
    assertThat(answer(tracker, 1, false)).isEmpty();
  }

  @Test
  void overdueMessagesAreTakenOutWhereverTheyAre() {
    ConfirmTracker tracker = new ConfirmTracker(2);
    PendingSend straggler = send("straggler", 100);
    PendingSend recent = send("recent", 100);
    PendingSend later = send("later", 200);
    tracker.add(straggler);
    tracker.add(later);
    tracker.add(recent);
    Deadlines<PendingSend> deadlines = new Deadlines<>(150);

    tracker.takeOverdue(deadlines);

    assertThat(deadlines.overdue()).containsExactlyInAnyOrder(straggler, recent);
    assertThat(deadlines.nextNanos()).isEqualTo(50);
    assertThat(tracker.close()).containsExactly(later);
  }

  @Test
  void aReturnIsAboutTheOldestThatMatchesAndIsNotDone() {
    ConfirmTracker tracker = new ConfirmTracker(8);
    PendingSend other = send("other");
    PendingSend one = send("same");
    PendingSend two = send("same");
    tracker.add(other);
    tracker.add(one);
    tracker.add(two);
    AMQP.BasicProperties returned = new AMQP.BasicProperties.Builder().messageId("same").build();

    assertThat(tracker.returned("", "q", returned)).isSameAs(one);
    one.complete(dev.parley.spi.SendResult.unroutable("gone"));
    assertThat(tracker.returned("", "q", returned)).isSameAs(two);
    assertThat(tracker.returned("", "elsewhere", returned)).isNull();
  }
}
