package org.amino;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/**
 * The kernel's Python half as a child: {@code python -m amino_kernel.boot.attached}. It gets its order as one value on its input, which stays open: the child
 * ends when it closes, however this program ends. It answers with one value, where it is or why it cannot be.
 */
final class KernelProcess {
  private static final Duration STOP_TIME = Duration.ofSeconds(10);
  private static final int SIGNAL_BASE = 128;

  /** @param address the kernel's gRPC address */
  record Ready(String kernelId, String address) {}

  private final Process process;
  private final HostSettings settings;

  private KernelProcess(Process process, HostSettings settings) {
    this.process = process;
    this.settings = settings;
  }

  /**
   * Starts the child and gives it its order.
   *
   * @throws GuestFailure CONFIG_INVALID when that Python cannot be run
   */
  static KernelProcess start(HostSettings settings, Map<String, Object> order) throws GuestFailure {
    ProcessBuilder builder = new ProcessBuilder(settings.python(), "-m", "amino_kernel.boot.attached");
    builder.redirectError(settings.logFile() == null ? Redirect.INHERIT : Redirect.appendTo(settings.logFile().toFile()));
    try {
      KernelProcess kernel = new KernelProcess(builder.start(), settings);
      kernel.send(order);
      return kernel;
    } catch (IOException failed) {
      throw new GuestFailure(Code.CONFIG_INVALID, "AminoError", "the Python " + settings.python() + " cannot be run: " + failed.getMessage()
          + "; name one in which amino-runtime[kernel] is installed, with HostSettings.withPython or in AMINO_PYTHON", "", null, failed);
    }
  }

  private void send(Map<String, Object> order) {
    byte[] value = PlainValue.encode(order);
    byte[] length = ByteBuffer.allocate(Protocol.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value.length).array();
    try {
      OutputStream input = process.getOutputStream();
      input.write(length);
      input.write(value);
      input.flush();
    } catch (IOException ended) {
      // It has ended already; what it answers, or does not, says why.
      return;
    }
  }

  /**
   * Waits until the kernel has joined the cluster.
   *
   * @throws GuestFailure what the child says, or KERNEL_UNAVAILABLE when it ends without a word or takes too long
   */
  Ready ready() throws GuestFailure {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(answer), "amino-kernel-answer");
    reader.setDaemon(true);
    reader.start();
    try {
      return read(answer.get(settings.startTime().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException late) {
      throw unavailable("did not start within " + settings.startTime().toSeconds() + " s");
    } catch (ExecutionException silent) {
      throw unavailable(ending() + " before it said where it is");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw GuestFailure.of(Code.CANCELLED, "the start of the kernel was given up since the thread that waited for it was interrupted");
    }
  }

  private void read(CompletableFuture<byte[]> answer) {
    try {
      DataInputStream output = new DataInputStream(process.getInputStream());
      int length = Integer.reverseBytes(output.readInt());
      if (length < 0 || length > Protocol.FRAME_LIMIT) {
        throw new EOFException("no answer of a kernel");
      }
      answer.complete(output.readNBytes(length));
    } catch (IOException ended) {
      answer.completeExceptionally(ended);
    }
  }

  /** `{"kernel": id, "address": …}`, or an error payload. */
  private static Ready read(byte[] answer) throws GuestFailure {
    MsgpackReader in = new MsgpackReader(answer);
    if (in.peekType() == MsgpackType.ARRAY) {
      throw ErrorPayload.read(in);
    }
    Map<?, ?> map = (Map<?, ?>) PlainValue.read(in);
    return new Ready(String.valueOf(map.get("kernel")), String.valueOf(map.get("address")));
  }

  private GuestFailure unavailable(String what) {
    String log = settings.logFile() == null ? "this program's standard error" : settings.logFile().toString();
    return GuestFailure.of(Code.KERNEL_UNAVAILABLE, "the kernel of this program (process " + process.pid() + ", " + settings.python() + ") " + what + "; its log in " + log
        + " says more, and amino-runtime[kernel] must be installed in that Python");
  }

  private String ending() {
    try {
      int status = process.waitFor();
      return status > SIGNAL_BASE ? "was killed by signal " + (status - SIGNAL_BASE) : "ended with status " + status;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return "ended";
    }
  }

  long id() {
    return process.pid();
  }

  /** Completes with the failure for callers, when the process has ended. */
  CompletableFuture<GuestFailure> ended() {
    return process.onExit().thenApply(done -> GuestFailure.of(Code.KERNEL_UNAVAILABLE, "the kernel of this program (process " + done.pid() + ") " + ending()
        + ", so the program's objects are out of the cluster and it can call none; call Amino.start and register them again"));
  }

  /** Lets the kernel leave the cluster, and kills it when it does not. */
  void stop() {
    // Process.destroy would close its input, too, which tells it to go without leaving.
    process.toHandle().destroy();
    try {
      if (!process.waitFor(STOP_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
