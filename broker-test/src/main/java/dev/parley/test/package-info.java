/**
 * Test support for applications that use Parley: {@link dev.parley.test.TestBroker}, an in-memory
 * broker for each test, which tells what happened in it.
 */
@NullMarked
package dev.parley.test;

import org.jspecify.annotations.NullMarked;
