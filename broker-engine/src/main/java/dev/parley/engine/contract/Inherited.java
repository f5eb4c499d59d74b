package dev.parley.engine.contract;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;

/**
 * The annotations of a method, or of the nearest method it overrides that has some.
 *
 * @param from the method that has them, which is an interface's where they are a contract
 * @param annotations the annotations; empty when there are none
 */
public record Inherited<A extends Annotation>(Method from, List<A> annotations) {}
