package dev.parley.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be committed, by hand for the cases with a name and against a model for all others. */
class OffsetTrackerTest {

  private static OffsetTracker from(long offset) {
    return new OffsetTracker(offset, CommitMetadata.NOTHING);
  }

  /** As the next consumer of the partition reads what was committed. */
  private static OffsetTracker after(OffsetTracker.Commit commit) {
    return new OffsetTracker(commit.offset(), CommitMetadata.decode(commit.metadata()));
  }

  @Test
  void theFirstThatIsNotDoneIsCommittedAndNoneBehindIt() {
    OffsetTracker tracker = from(10);
    OffsetTracker.Slot first = tracker.begin(10);
    OffsetTracker.Slot second = tracker.begin(11);
    tracker.begin(12);

    tracker.done(second);
    assertThat(tracker.takeCommit().offset()).isEqualTo(10);
    tracker.done(first);
    assertThat(tracker.takeCommit().offset()).isEqualTo(12);
    assertThat(tracker.takeCommit()).as("nothing has changed since").isNull();
  }

  @Test
  void nothingIsCommittedBeforeAnythingIsDone() {
    OffsetTracker tracker = from(10);
    tracker.begin(10);

    assertThat(tracker.takeCommit()).isNull();
  }

  @Test
  void gapsOfTransactionsAreNotWaitedFor() {
    OffsetTracker tracker = from(0);
    OffsetTracker.Slot first = tracker.begin(0);
    OffsetTracker.Slot afterMarker = tracker.begin(5);

    tracker.done(first);
    assertThat(tracker.takeCommit().offset()).isEqualTo(5);
    tracker.done(afterMarker);
    tracker.readUpTo(8); // a marker at its end
    assertThat(tracker.takeCommit().offset()).isEqualTo(8);
  }

  @Test
  void whatIsDonePastThePrefixIsNotHandledAgain() {
    OffsetTracker tracker = from(0);
    tracker.begin(0);
    OffsetTracker.Slot second = tracker.begin(1);
    OffsetTracker.Slot third = tracker.begin(2);
    tracker.done(second);
    tracker.retry(third, 3);

    OffsetTracker next = after(tracker.takeCommit());

    assertThat(next.begin(0).attempt()).isEqualTo(1);
    assertThat(next.begin(1)).as("done before").isNull();
    assertThat(next.begin(2).attempt()).isEqualTo(3);
  }

  @Test
  void oneRecordThatNeverFinishesHoldsThePrefixAndOnlyIt() {
    OffsetTracker tracker = from(0);
    tracker.begin(0);
    for (int offset = 1; offset <= 5_000; offset++) {
      tracker.done(tracker.begin(offset));
    }

    OffsetTracker.Commit commit = tracker.takeCommit();
    assertThat(commit.offset()).isZero();
    assertThat(commit.metadata().length()).isLessThanOrEqualTo(CommitMetadata.LONGEST);
    assertThat(tracker.span()).isEqualTo(5_001);
    OffsetTracker next = after(commit);
    assertThat(next.begin(0)).isNotNull();
    for (int offset = 1; offset <= 5_000; offset++) {
      assertThat(next.begin(offset)).isNull();
    }
  }

  @Test
  void whatDoesNotFitIntoTheMetadataIsHandledAgainAtWorst() {
    OffsetTracker tracker = from(0);
    tracker.begin(0);
    List<OffsetTracker.Slot> slots = new ArrayList<>();
    for (int offset = 1; offset < CommitMetadata.REACH + 500; offset++) {
      slots.add(tracker.begin(offset));
    }
    for (int i = 0; i < slots.size(); i++) {
      if (i % 2 == 0) {
        tracker.done(slots.get(i));
      } else {
        tracker.retry(slots.get(i), 1_000_000 + i);
      }
    }

    OffsetTracker.Commit commit = tracker.takeCommit();

    assertThat(commit.metadata().length()).isLessThanOrEqualTo(CommitMetadata.LONGEST);
    OffsetTracker next = after(commit);
    assertThat(next.begin(0)).isNotNull();
    assertThat(next.begin(1)).isNull();
    assertThat(next.begin(2).attempt()).isEqualTo(1_000_001);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "p2;;;AQ",
        "p1;;;",
        "p1;;AQ",
        "p1;;;***",
        "p1;;zzzzzzzzz:1,;",
        "p1;;0:-5,;AQ"
      })
  void metadataOfAnotherMakeIsAsNone(String text) {
    CommitMetadata metadata = CommitMetadata.decode(text);

    assertThat(metadata.attempt(0)).isEqualTo(1);
    assertThat(metadata.isDone(1)).isFalse();
  }

  @Test
  void anOffsetOfATopicThatWasMadeAgainIsKnownAsOne() {
    Uuid topic = Uuid.randomUuid();
    OffsetTracker tracker = new OffsetTracker(0, CommitMetadata.NOTHING.of(topic));
    tracker.done(tracker.begin(0));

    CommitMetadata committed = CommitMetadata.decode(tracker.takeCommit().metadata());

    assertThat(committed.isOfAnother(topic)).isFalse();
    assertThat(committed.isOfAnother(Uuid.randomUuid())).isTrue();
    assertThat(CommitMetadata.decode("").isOfAnother(topic)).isFalse();
  }

  @Test
  void misuseIsAnError() {
    OffsetTracker tracker = from(0);
    OffsetTracker.Slot slot = tracker.begin(0);
    tracker.done(slot);

    assertThatThrownBy(() -> tracker.done(slot)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tracker.begin(0)).isInstanceOf(IllegalStateException.class);
  }

  /**
   * One partition and its consumers, one after the other, against the simplest model there is: sets
   * of offsets. Each seed is another history of reading, finishing in any order, failing,
   * committing, losing the partition (with its last commit or without), and gaps.
   */
  @Test
  void anyHistoryLosesNothingAndRepeatsOnlyWhatWasNotCommitted() {
    for (int seed = 0; seed < 200; seed++) {
      new History(seed).run();
    }
  }

  private static final class History {
    private final int seed;
    private final Random random;
    private final List<Long> log = new ArrayList<>();
    private final long end;
    private final Set<Long> stuck = new HashSet<>();
    private final Set<Long> doneEver = new HashSet<>();

    private OffsetTracker.Commit committed = new OffsetTracker.Commit(0, "");
    private Set<Long> doneWhenCommitted = new HashSet<>();
    private Map<Long, Integer> attemptsWhenCommitted = new TreeMap<>();

    private OffsetTracker tracker = from(0);
    private Map<Long, OffsetTracker.Slot> open = new LinkedHashMap<>();
    private long position;

    History(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
      long offset = 0;
      for (int i = 0; i < 200; i++) {
        log.add(offset);
        offset += random.nextInt(10) == 0 ? 1 + random.nextInt(5) : 1; // markers, compaction
      }
      this.end = offset + random.nextInt(3);
      if (random.nextBoolean()) {
        stuck.add(log.get(random.nextInt(log.size())));
      }
    }

    void run() {
      for (int step = 0; step < 600; step++) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> read();
          case 3, 4, 5, 6, 7 -> finish();
          case 8 -> fail();
          case 9, 10 -> commit();
          default -> {
            if (random.nextInt(20) == 0) {
              lose();
            }
          }
        }
        check();
      }
      drain();
    }

    private void read() {
      long until = Math.min(end, position + 1 + random.nextInt(20));
      for (long offset : log) {
        if (offset >= position && offset < until) {
          OffsetTracker.Slot slot = tracker.begin(offset);
          boolean known = doneWhenCommitted.contains(offset);
          assertThat(slot == null)
              .as("seed %s: %s was committed as done", seed, offset)
              .isEqualTo(known);
          if (slot != null) {
            assertThat(slot.attempt())
                .as("seed %s: attempt of %s", seed, offset)
                .isEqualTo(attemptsWhenCommitted.getOrDefault(offset, 1));
            open.put(offset, slot);
          }
        }
      }
      position = until;
      tracker.readUpTo(position);
    }

    private void finish() {
      List<Long> free = open.keySet().stream().filter(each -> !stuck.contains(each)).toList();
      if (!free.isEmpty()) {
        long offset = free.get(random.nextInt(free.size()));
        tracker.done(open.remove(offset));
        doneEver.add(offset);
      }
    }

    private void fail() {
      List<Long> all = List.copyOf(open.keySet());
      if (!all.isEmpty()) {
        long offset = all.get(random.nextInt(all.size()));
        int next = open.get(offset).attempt() + 1;
        tracker.retry(open.get(offset), next);
      }
    }

    private void commit() {
      OffsetTracker.Commit commit = tracker.takeCommit();
      if (commit == null) {
        return;
      }
      if (random.nextInt(10) == 0) {
        tracker.commitFailed();
        return;
      }
      committed = commit;
      doneWhenCommitted = new HashSet<>(doneEver);
      attemptsWhenCommitted.keySet().removeIf(offset -> offset < position);
      open.forEach((offset, slot) -> attemptsWhenCommitted.put(offset, slot.attempt()));
    }

    /** A rebalance in the middle: with its last commit, or without as in a crash. */
    private void lose() {
      if (random.nextBoolean()) {
        commit();
      }
      tracker = after(committed);
      position = committed.offset();
      open = new LinkedHashMap<>();
      doneEver.retainAll(doneWhenCommitted);
    }

    private void check() {
      TreeSet<Long> undone = new TreeSet<>(open.keySet());
      long prefix = undone.isEmpty() ? position : undone.first();
      assertThat(tracker.prefix()).as("seed %s", seed).isEqualTo(prefix);
      assertThat(tracker.open()).isEqualTo(open.size());
      for (long offset : log) {
        assertThat(offset >= committed.offset() || doneWhenCommitted.contains(offset))
            .as("seed %s: %s was committed and is not done", seed, offset)
            .isTrue();
      }
    }

    private void drain() {
      stuck.clear();
      while (position < end) {
        read();
      }
      while (!open.isEmpty()) {
        finish();
      }
      assertThat(tracker.prefix()).as("seed %s", seed).isEqualTo(end);
      assertThat(doneEver).as("seed %s", seed).containsAll(log);
    }
  }
}
