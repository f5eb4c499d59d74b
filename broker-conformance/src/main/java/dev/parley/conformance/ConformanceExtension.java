package dev.parley.conformance;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Opens the transport's broker once for each test class, and gives each test a {@link Fixture} that
 * it closes afterwards.
 */
final class ConformanceExtension
    implements ParameterResolver, AfterEachCallback, ExecutionCondition {

  private static final Namespace NAMESPACE = Namespace.create(ConformanceExtension.class);
  private static final @Nullable String ASKED = System.getProperty("parley.conformance");

  /** So that JUnit ends the broker together with the store of the class. */
  private record Server(ConformanceBroker broker) implements AutoCloseable {
    @Override
    public void close() {
      broker.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Fixture.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(Fixture.class, key -> new Fixture(server(context)), Fixture.class);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Fixture fixture = context.getStore(NAMESPACE).remove(Fixture.class, Fixture.class);
    if (fixture != null) {
      fixture.close();
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      return ConditionEvaluationResult.enabled("a class is decided test by test");
    }
    String test =
        context.getRequiredTestClass().getSimpleName()
            + "."
            + context.getRequiredTestMethod().getName();
    String wanted = ASKED != null ? ASKED : chapters(context);
    return Pattern.compile(wanted).matcher(test).find()
        ? ConditionEvaluationResult.enabled("wanted")
        : ConditionEvaluationResult.disabled("only " + wanted);
  }

  /** What the transport's own test says, which is the class around all others. */
  private static String chapters(ExtensionContext context) {
    OnlyChapters only = null;
    for (var around = Optional.of(context); around.isPresent(); around = around.get().getParent()) {
      only = around.get().getTestClass().map(c -> c.getAnnotation(OnlyChapters.class)).orElse(only);
    }
    return only == null ? "" : only.value();
  }

  private static ConformanceBroker server(ExtensionContext context) {
    List<Object> instances = context.getRequiredTestInstances().getAllInstances();
    BrokerConformance suite = (BrokerConformance) instances.get(0);
    ExtensionContext suiteContext = context;
    while (suiteContext.getRequiredTestClass() != suite.getClass()) {
      suiteContext = suiteContext.getParent().orElseThrow();
    }
    return suiteContext
        .getStore(NAMESPACE)
        .computeIfAbsent(ConformanceBroker.class, key -> start(suite), Server.class)
        .broker();
  }

  private static Server start(BrokerConformance suite) {
    try {
      return new Server(suite.open());
    } catch (Exception e) {
      throw new IllegalStateException("The broker for " + suite.getClass() + " did not start", e);
    }
  }
}
