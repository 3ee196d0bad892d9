import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.AminoException;
import org.amino.runtime.guest.java.Amino;

/** The conformance object in Java. */
public class Echo {
  public Object echo(Object value) {
    return value;
  }

  public String kind(Object value) {
    if (value == null) return "null";
    if (value instanceof Boolean) return "bool";
    if (value instanceof Double) return "double";
    if (value instanceof Number) return "int";
    if (value instanceof String) return "string";
    if (value instanceof byte[]) return "bytes";
    if (value instanceof List) return "list";
    if (value instanceof Map) return "map";
    if (value instanceof Set) return "set";
    if (value instanceof Instant) return "timestamp";
    if (value instanceof Duration) return "duration";
    return "other";
  }

  public String class_of(Object value) {
    if (value == null) return "null";
    return value.getClass().getSimpleName();
  }

  public Object fail(String message) {
    throw new IllegalArgumentException(message);
  }

  public Object fail_all(String message) {
    IllegalStateException within = new IllegalStateException("within");
    within.addSuppressed(new ArithmeticException("second"));
    IllegalStateException all = new IllegalStateException(message);
    all.addSuppressed(new IllegalArgumentException("first", new RuntimeException("behind")));
    all.addSuppressed(within);
    throw all;
  }

  public Object fail_many(int count) {
    RuntimeException error = new RuntimeException("innermost");
    for (int n = 0; n < count; n++) {
      error.addSuppressed(new RuntimeException(Integer.toString(n)));
    }
    for (int level = 0; level < count; level++) {
      RuntimeException around = new RuntimeException(Integer.toString(level));
      around.addSuppressed(error);
      error = around;
    }
    RuntimeException all = new RuntimeException("many");
    for (int n = 0; n < count; n++) {
      all.addSuppressed(error);
    }
    throw all;
  }

  public Object pass_on(List<String> names) throws Exception {
    if (names.isEmpty()) {
      throw new IllegalStateException("the end of the line");
    }
    return Amino.get(names.get(0)).call("pass_on", names.subList(1, names.size()));
  }

  public Object members(String name, String method, Object value) throws Exception {
    try {
      return Amino.get(name).call(method, value);
    } catch (AminoException error) {
      return error.errors().stream().map(each -> List.of(each.type(), each.getMessage())).toList();
    }
  }

  public Object relay(String name, String method, Object value) throws Exception {
    return Amino.get(name).call(method, value);
  }

  public Object demand(String kind, String key, String method, Object value) throws Exception {
    return Amino.getOrCreate(kind, key).call(method, value);
  }
}
