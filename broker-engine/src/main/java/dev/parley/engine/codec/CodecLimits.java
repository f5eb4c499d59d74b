package dev.parley.engine.codec;

/**
 * What a body may ask of the one who reads it.
 *
 * @param maxDepth how deep JSON arrays and objects may be nested
 */
public record CodecLimits(int maxDepth) {

  public CodecLimits {
    if (maxDepth < 1) {
      throw new IllegalArgumentException("maxDepth must be 1 or more, was " + maxDepth);
    }
  }
}
