package dev.parley.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A journal that is still there when its process was killed: each line is one write to a file,
 * which the operating system keeps. Any thread may call it.
 */
final class FileJournal implements Journal {

  static final String BEGUN = "B";
  static final String HANDLED = "H";
  private static final String CONSUMING = "C";

  private final FileChannel file;

  private FileJournal(FileChannel file) {
    this.file = file;
  }

  @SuppressWarnings("MustBeClosedChecker") // with the process
  static FileJournal appendingTo(Path path) throws IOException {
    return new FileJournal(
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
  }

  void consuming() {
    write(CONSUMING + "\n");
  }

  @Override
  public void begun(int number, int attempt) {
    write(BEGUN + " " + number + " " + attempt + "\n");
  }

  @Override
  public void handled(int number) {
    write(HANDLED + " " + number + " " + System.nanoTime() + "\n");
  }

  private synchronized void write(String line) {
    try {
      file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException("The journal cannot be written", e);
    }
  }
}
