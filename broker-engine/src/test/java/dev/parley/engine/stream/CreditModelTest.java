package dev.parley.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.engine.codec.Encoded;
import dev.parley.engine.doubles.StreamBench;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The credit and the sequence of one stream, one step at a time on one thread: whatever becomes of
 * frames and grants, and in whatever order, nothing is taken twice or out of order, and nothing is
 * sent beyond what was granted.
 */
class CreditModelTest {

  private static final int STEPS = 600;

  private final StreamBench bench = new StreamBench();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  private record Frame(Map<String, String> headers, Encoded body) {}

  /** Both ends of one stream, and what is between them. */
  private final class Model implements Line, Outbound.Owner, Inbound.Owner {
    final Random random;
    final long credit;
    final Deque<Frame> frames = new ArrayDeque<>();
    final Deque<SendListener> unconfirmed = new ArrayDeque<>();
    final List<Long> grants = new ArrayList<>();
    final List<Integer> taken = new ArrayList<>();
    final Outbound out;
    final Inbound in;
    long granted;
    long asked;
    int produced;
    boolean broken;
    boolean abandoned;
    boolean ended;
    boolean lossy;

    Model(long seed, boolean lossy) {
      this.random = new Random(seed);
      this.lossy = lossy;
      this.credit = 1L + random.nextInt(80);
      this.granted = credit;
      this.out = new Outbound(bench.parts, this, credit, this);
      this.in = new Inbound(bench.parts, "the model", (int) credit, this);
    }

    @Override
    public void put(Map<String, String> headers, Encoded body, SendListener listener) {
      frames.add(new Frame(headers, body));
      unconfirmed.add(listener);
    }

    @Override
    public void flush() {}

    @Override
    public void broken(String reason) {
      broken = true;
      out.close();
    }

    @Override
    public void grant(long items) {
      assertThat(items).isGreaterThan(granted);
      granted = items;
      grants.add(items);
    }

    @Override
    public void abandoned(String reason) {
      abandoned = true;
      out.close();
    }

    void produce() {
      asked += out.promise();
      if (asked > produced) {
        try {
          out.item(produced + 1);
          produced++;
        } catch (CancellationException e) {
          assertThat(broken || abandoned || ended).isTrue();
        }
      }
      assertThat(asked).isLessThanOrEqualTo(granted);
      assertThat(unconfirmed.size()).isLessThanOrEqualTo(Outbound.WINDOW + 1); // and the end
    }

    void confirm() {
      SendListener next = unconfirmed.poll();
      if (next != null) {
        boolean lost = lossy && random.nextInt(400) == 0;
        next.completed(lost ? SendResult.unknown("cut", null) : SendResult.CONFIRMED);
      }
    }

    /** Delivers the oldest frame, or loses it, or leaves it there to come again. */
    void deliver() {
      Frame frame = random.nextInt(10) == 0 ? frames.peek() : frames.poll();
      if (frame == null || (lossy && random.nextInt(300) == 0)) {
        return;
      }
      long seq = Signal.number(frame.headers().get(WireHeaders.SEQ));
      RuntimeException mistake =
          Outbound.END.equals(frame.headers().get(WireHeaders.STATUS))
              ? in.end(seq)
              : in.add(seq, message(frame));
      if (mistake != null) {
        in.fail(mistake);
        broken("a mistake");
      }
    }

    private WireMessage message(Frame frame) {
      return new WireMessage(frame.body().body(), null, null, null, null, frame.headers());
    }

    /** Grants come late, in any order, more than once, or never. */
    void hearGrant() {
      if (!grants.isEmpty()) {
        long grant = grants.get(random.nextInt(grants.size()));
        if (!lossy || random.nextInt(3) > 0) {
          out.credit(grant);
        }
        if (random.nextBoolean()) {
          grants.remove(grant);
        }
      }
    }

    void take() {
      WireMessage item = in.poll();
      if (item != null) {
        taken.add(Integer.parseInt(new String(item.body(), StandardCharsets.UTF_8)));
        assertThat(taken.get(taken.size() - 1)).as("in order, once").isEqualTo(taken.size());
      }
      assertThat(produced - taken.size()).as("ahead").isLessThanOrEqualTo((int) granted);
      assertThat(granted - taken.size()).as("granted ahead").isLessThanOrEqualTo(credit);
    }

    void step() {
      switch (random.nextInt(5)) {
        case 0 -> produce();
        case 1 -> confirm();
        case 2 -> deliver();
        case 3 -> hearGrant();
        default -> take();
      }
    }

    void end() {
      ended = true;
      out.end(() -> {});
    }

    /** Everything comes through in the end, grants told anew as with each sign. */
    void settle() {
      lossy = false;
      for (int i = 0; i < 2_000 && !in.isDrained(); i++) {
        out.credit(in.granted());
        confirm();
        deliver();
        take();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void withoutLossesEveryItemIsTakenOnceAndInOrder(int round) {
    for (int seed = 0; seed < 250; seed++) {
      Model model = new Model(round * 1_000L + seed, false);
      for (int step = 0; step < STEPS; step++) {
        model.step();
      }
      model.end();
      model.settle();

      assertThat(model.in.isDrained()).as("seed %s of round %s ends", seed, round).isTrue();
      assertThat(model.in.error()).isNull();
      assertThat(model.taken).hasSize(model.produced);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void withLossesWhatIsTakenIsABeginning(int round) {
    for (int seed = 0; seed < 250; seed++) {
      Model model = new Model(round * 1_000L + seed, true);
      int abandonAt = model.random.nextInt(2 * STEPS);
      for (int step = 0; step < STEPS; step++) {
        if (step == abandonAt) {
          model.in.abandon("enough");
          assertThat(model.in.poll()).as("nothing comes after it").isNull();
        }
        model.step();
      }
      model.end();
      model.settle();

      assertThat(model.taken.size()).isLessThanOrEqualTo(model.produced);
      if (model.in.error() == null && !model.abandoned && model.in.isDrained()) {
        assertThat(model.taken).hasSize(model.produced);
      }
    }
  }

  @Test
  void aProducerIsNotWokenForEachItem() {
    Model model = new Model(1, false);
    List<Integer> woken = new ArrayList<>();
    Outbound out = new Outbound(bench.parts, model, 1_000, model);
    out.listener(() -> woken.add(1));
    assertThat(out.promise()).isEqualTo(Outbound.WINDOW);
    for (int i = 0; i < Outbound.WINDOW; i++) {
      out.item(i);
    }

    for (int i = 0; i < 31; i++) {
      model.confirm();
    }
    assertThat(woken).isEmpty();
    model.confirm();

    assertThat(woken).hasSize(1);
    assertThat(out.promise()).isEqualTo(32);
  }
}
