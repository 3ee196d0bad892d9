import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.amino.AminoException;
import org.amino.runtime.guest.java.Amino;

/** Begins transactions as the steps of a case say. */
public class Teller {
  private int attempt;

  public Map<String, Object> run(List<List<Object>> steps, int tries) throws Exception {
    attempt = 0;
    try {
      return Map.of("ok", Amino.transaction(Duration.ofSeconds(60), tries, () -> block(steps)));
    } catch (AminoException failure) {
      return Map.of("error", List.of(failure.code(), failure.getMessage(), failure.outcome().name().toLowerCase()));
    } catch (IllegalStateException own) {
      return Map.of("raised", own.getMessage());
    }
  }

  private List<Object> block(List<List<Object>> steps) throws Exception {
    attempt++;
    List<Object> given = new ArrayList<>();
    for (List<Object> step : steps) {
      if (!step.get(0).equals("first")) {
        perform(step, given);
      } else if (attempt == 1) {
        perform(step.subList(1, step.size()), given);
      }
    }
    return given;
  }

  private static void perform(List<Object> step, List<Object> given) throws Exception {
    switch ((String) step.get(0)) {
      case "raise" -> throw new IllegalStateException((String) step.get(1));
      case "nested" -> Amino.transaction(() -> { });
      default -> given.add(Amino.get((String) step.get(1)).call((String) step.get(2), step.subList(3, step.size()).toArray()));
    }
  }
}
