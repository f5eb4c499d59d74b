/** Interfaces as contracts: how both sides read the same annotated methods. */
@NullMarked
package dev.parley.engine.contract;

import org.jspecify.annotations.NullMarked;
