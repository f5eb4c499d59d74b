package dev.parley.engine.codec;

import dev.parley.Codec;
import dev.parley.InvalidMessageException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The codecs that the user added, each with its prepared writers. Any thread may call it. */
final class CustomCodecs {

  /** A codec with a writer for each class. */
  static final class Custom {
    private final Codec codec;
    private final String mediaType;
    private final ClassValue<Codec.Writer> writers =
        new ClassValue<>() {
          @Override
          protected Codec.Writer computeValue(Class<?> type) {
            return codec.writer(type);
          }
        };

    Custom(Codec codec) {
      this.codec = codec;
      this.mediaType = MediaTypes.of(codec.contentType());
    }

    boolean writes(Class<?> type) {
      return codec.writes(type);
    }

    Encoded write(@Nullable Object value, @Nullable String contentType) {
      Class<?> type = value == null ? Object.class : value.getClass();
      String asked = contentType == null ? codec.contentType() : contentType;
      try {
        return new Encoded(writers.get(type).write(value), asked);
      } catch (Exception e) {
        throw new IllegalArgumentException(
            "%s cannot be written as %s: %s".formatted(type.getTypeName(), asked, e.getMessage()),
            e);
      }
    }
  }

  private final List<Custom> all;

  CustomCodecs(List<Codec> codecs) {
    this.all = codecs.stream().map(Custom::new).toList();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<String> mediaTypes() {
    return all.stream().map(custom -> custom.mediaType).toList();
  }

  /** The one whose content type that is. */
  Optional<Custom> writing(String mediaType) {
    return all.stream().filter(custom -> custom.mediaType.equals(mediaType)).findFirst();
  }

  /** The one that writes values of that class where no content type is named. */
  Optional<Custom> writing(Class<?> type) {
    return all.stream().filter(custom -> custom.writes(type)).findFirst();
  }

  /** Readers of that type, to be made when the first body of each codec comes. */
  Readers readers(Type type) {
    return new Readers(all.stream().map(custom -> new LazyReader(custom.codec, type)).toList());
  }

  /** Readers of one declared type. Any thread may call it. */
  static final class Readers {
    private final List<LazyReader> readers;

    private Readers(List<LazyReader> readers) {
      this.readers = readers;
    }

    /** The reader for bodies of that media type, or null. */
    @Nullable LazyReader find(String mediaType) {
      for (LazyReader reader : readers) {
        if (reader.codec.reads(mediaType)) {
          return reader;
        }
      }
      return null;
    }
  }

  /**
   * A reader that is made at the first body, because a codec need not be able to read each type
   * that a handler declares. Any thread may call it; two first bodies at once may make two readers.
   */
  static final class LazyReader {
    private final Codec codec;
    private final Type type;
    private volatile Codec.@Nullable Reader reader;

    private LazyReader(Codec codec, Type type) {
      this.codec = codec;
      this.type = type;
    }

    @Nullable Object read(byte[] body) {
      try {
        Codec.Reader ready = reader;
        if (ready == null) {
          ready = codec.reader(type);
          reader = ready;
        }
        return ready.read(body);
      } catch (InvalidMessageException e) {
        throw e;
      } catch (Exception e) {
        throw Mistakes.invalid(
            "", "is not valid %s: %s".formatted(codec.contentType(), e.getMessage()), e);
      }
    }
  }
}
