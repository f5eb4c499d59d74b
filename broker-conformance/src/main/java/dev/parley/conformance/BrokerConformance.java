package dev.parley.conformance;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every broker must do, chapter by chapter. A transport's test extends it and says how its
 * broker is started; everything else is here.
 *
 * <p>{@code -Dparley.conformance=Calls} runs the chapters or tests whose {@code Chapter.test}
 * contains that regular expression.
 */
@ExtendWith(ConformanceExtension.class)
public abstract class BrokerConformance {

  /** Starts the broker that all tests of this class share; called once. */
  protected abstract ConformanceBroker open() throws Exception;

  @Nested
  class Parameters extends ParameterContract {}

  @Nested
  class Headers extends HeaderContract {}

  @Nested
  class Results extends ResultContract {}

  @Nested
  class Declarations extends DeclarationContract {}

  @Nested
  class Registrations extends RegistrationContract {}

  @Nested
  class Publishing extends PublishContract {}

  @Nested
  class ReplyTo extends ReplyToContract {}

  @Nested
  class Calls extends CallContract {}

  @Nested
  class Timeouts extends TimeoutContract {}

  @Nested
  class ManyCalls extends ManyCallsContract {}

  @Nested
  class Failures extends FailureContract {}

  @Nested
  class RemoteErrors extends RemoteErrorContract {}

  @Nested
  class Deadlines extends DeadlineContract {}

  @Nested
  class Overload extends OverloadContract {}

  @Nested
  class Topics extends TopicContract {}

  @Nested
  class Deliveries extends DeliveryContract {}

  @Nested
  class KeyOrder extends KeyOrderContract {}

  @Nested
  class Acknowledgements extends AcknowledgementContract {}

  @Nested
  class Batches extends BatchContract {}

  @Nested
  class Retries extends RetryContract {}

  @Nested
  class DeadLetters extends DeadLetterContract {}

  @Nested
  class Replays extends ReplayContract {}

  @Nested
  class InterruptedReplays extends InterruptedReplayContract {}

  @Nested
  class Lifecycle extends LifecycleContract {}

  @Nested
  class Closing extends CloseContract {}

  @Nested
  class ClosedCalls extends CloseCallsContract {}

  @Nested
  class Configurations extends ConfigurationContract {}

  @Nested
  class Applications extends ApplicationContract {}

  @Nested
  class HealthStates extends HealthContract {}

  @Nested
  class Recovery extends RecoveryContract {}

  @Nested
  class Restarts extends RestartContract {}

  @Nested
  class Silence extends SilenceContract {}

  @Nested
  class Interoperation extends InteropContract {}

  @Nested
  class WireFormat extends WireFormatContract {}

  @Nested
  class HostileInput extends HostileInputContract {}

  @Nested
  class Fuzzing extends FuzzContract {}

  @Nested
  class HostileReplies extends HostileReplyContract {}

  @Nested
  class Interceptors extends InterceptorContract {}

  @Nested
  class PublishInterceptors extends PublishInterceptorContract {}

  @Nested
  class Codecs extends CodecContract {}

  @Nested
  class Capabilities extends CapabilityContract {}

  @Nested
  class TypedClients extends TypedClientContract {}

  @Nested
  class TypedMethods extends TypedMethodContract {}

  @Nested
  class TypedInheritance extends TypedInheritanceContract {}

  @Nested
  class TypedMistakes extends TypedMistakeContract {}

  @Nested
  class Gathering extends GatherContract {}

  @Nested
  class Streams extends StreamContract {}

  @Nested
  class StreamFlow extends StreamFlowContract {}

  @Nested
  class TwoWayStreams extends TwoWayStreamContract {}

  @Nested
  class StreamFrames extends StreamFramesContract {}

  @Nested
  class Deaths extends DeathContract {}

  @Nested
  class Cancellation extends CancellationContract {}
}
