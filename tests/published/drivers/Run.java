import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Makes an object of the class Main, calls members of it, and prints their results as JSON, one a line. */
public class Run {
  public static void main(String[] names) throws Exception {
    Class<?> type = Class.forName("Main");
    Object made = type.getConstructor().newInstance();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String name : names) {
      out.println(quoted((String) type.getMethod(name).invoke(made)));
    }
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char each : text.toCharArray()) {
      if (each < ' ') {
        quoted.append(String.format("\\u%04x", (int) each));
      } else {
        quoted.append(each == '"' || each == '\\' ? "\\" : "").append(each);
      }
    }
    return quoted.append('"').toString();
  }
}
