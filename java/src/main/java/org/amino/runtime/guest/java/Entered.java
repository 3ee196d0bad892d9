package org.amino.runtime.guest.java;

/** What a thread has entered, and leaves when it closes this. */
@FunctionalInterface
interface Entered extends AutoCloseable {
  @Override
  void close();
}
