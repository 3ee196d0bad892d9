import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** grpc-java, unary calls: `server PORT` serves one counter, `client PORT` obeys the commands of benchmarks/drivers.py with blocking threads. */
public class GrpcPeer {
  /** A number, and the padding behind it: no schema, so that only gRPC itself is measured. */
  private static final class Numbers implements MethodDescriptor.Marshaller<Long> {
    @Override
    public InputStream stream(Long number) {
      return new ByteArrayInputStream(ByteBuffer.allocate(8 + Driver.PADDING.length).putLong(number).put(Driver.PADDING).array());
    }

    @Override
    public Long parse(InputStream stream) {
      try {
        return ByteBuffer.wrap(stream.readAllBytes()).getLong();
      } catch (IOException exception) {
        throw new UncheckedIOException(exception);
      }
    }
  }

  private static final MethodDescriptor<Long, Long> INCR =
      MethodDescriptor.<Long, Long>newBuilder(new Numbers(), new Numbers())
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("benchmark.Counter/Incr")
          .build();

  public static void main(String[] arguments) throws Exception {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    if (arguments[0].equals("server")) {
      serve(address);
    }
    ManagedChannel channel = NettyChannelBuilder.forAddress(address).usePlaintext().build();
    new Driver(n -> ClientCalls.blockingUnaryCall(channel, INCR, CallOptions.DEFAULT, (long) n)).run();
  }

  private static void serve(InetSocketAddress address) throws Exception {
    AtomicLong value = new AtomicLong();
    var incr =
        ServerCalls.<Long, Long>asyncUnaryCall(
            (number, answer) -> {
              answer.onNext(value.addAndGet(number));
              answer.onCompleted();
            });
    var service = ServerServiceDefinition.builder("benchmark.Counter").addMethod(INCR, incr).build();
    var server = NettyServerBuilder.forAddress(address).addService(service).build().start();
    System.out.println("READY");
    server.awaitTermination();
  }
}
