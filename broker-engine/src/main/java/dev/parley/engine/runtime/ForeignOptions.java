package dev.parley.engine.runtime;

import dev.parley.spi.TransportOption;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once about each option that only another transport understands. Any thread may call it. */
public final class ForeignOptions {

  private static final Logger log = LoggerFactory.getLogger(ForeignOptions.class);

  /** Places may be queues whose names are made up as it goes; so many warnings are enough. */
  private static final int MOST_WARNINGS = 1_000;

  private final String transport;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /** For a broker on the transport of that name. */
  public ForeignOptions(String transport) {
    this.transport = transport;
  }

  /**
   * Looks at the options of one place; throws {@link IllegalArgumentException} for an object that
   * is no option of any transport.
   */
  public void check(List<Object> options, String where) {
    for (Object option : options) {
      Class<?> type =
          option instanceof Annotation annotation ? annotation.annotationType() : option.getClass();
      TransportOption marker = markerOf(type);
      if (marker == null) {
        throw new IllegalArgumentException(
            type.getName()
                + " given to "
                + where
                + " is no option of any transport: its class needs @TransportOption");
      }
      if (!marker.value().equals(transport)
          && warned.size() < MOST_WARNINGS
          && warned.add(type.getName() + " " + where)) {
        log.warn(
            "The option {} of {} is for the transport \"{}\" and is ignored by \"{}\"",
            type.getSimpleName(),
            where,
            marker.value(),
            transport);
      }
    }
  }

  /** The marker of a type, or of one it extends. */
  public static @Nullable TransportOption markerOf(Class<?> type) {
    for (Class<?> t = type; t != null; t = t.getSuperclass()) {
      TransportOption marker = t.getAnnotation(TransportOption.class);
      if (marker != null) {
        return marker;
      }
    }
    return null;
  }
}
