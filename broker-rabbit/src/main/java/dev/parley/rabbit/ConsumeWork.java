package dev.parley.rabbit;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Starts, stops and restores everything that consumes: the work of the consume connection.
 *
 * <p>Each member knows what it should be and what it is; a step brings it closer. Any thread asks
 * for a step; all steps run on the keeper's thread, one after the other, so members need no order
 * among themselves. The queue is bounded by the members: each is in it once at most.
 */
final class ConsumeWork implements ConnectionWork {

  /** Something that consumes. */
  interface Member {

    /** Does what is to be done next; may wait for RabbitMQ's answers, and does not throw. */
    void step(OpenConnection connection);
  }

  private final Set<Member> members = ConcurrentHashMap.newKeySet();
  private final Set<Member> asked = ConcurrentHashMap.newKeySet();
  private final Queue<Member> steps = new ConcurrentLinkedQueue<>();
  private final Runnable wake;
  private final Runnable lost;

  /** With what wakes the keeper, and what else is to be done when the connection is lost. */
  ConsumeWork(Runnable wake, Runnable lost) {
    this.wake = wake;
    this.lost = lost;
  }

  /** The member steps now and whenever the connection is back. */
  void add(Member member) {
    members.add(member);
    step(member);
  }

  /** The member is not restored any more. */
  void remove(Member member) {
    members.remove(member);
  }

  /** The member has something to do. */
  void step(Member member) {
    if (asked.add(member)) {
      steps.add(member);
      wake.run();
    }
  }

  @Override
  public void connected(OpenConnection connection) {
    members.forEach(member -> member.step(connection));
  }

  @Override
  public void run(OpenConnection connection) {
    for (Member member = steps.poll(); member != null; member = steps.poll()) {
      asked.remove(member);
      member.step(connection);
    }
  }

  @Override
  public void lost() {
    lost.run(); // the members hear of it from their channels
  }

  @Override
  public void blocked(boolean blocked) {
    // An alarm stops publishing only.
  }
}
