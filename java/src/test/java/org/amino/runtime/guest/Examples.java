package org.amino.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The objects in `examples/objects`, compiled where they are C. */
public final class Examples {
  /** How C is compiled, for instance `python3 -m ziglang`; without it tests of C are left out. */
  private static final String ZIG = System.getProperty("amino.test.zig", "");

  private Examples() {}

  public static boolean canCompile() {
    return !ZIG.isEmpty();
  }

  /** The root of the repository. */
  public static Path root() {
    Path at = Path.of(System.getProperty("amino.test.root", "")).toAbsolutePath();
    while (!Files.isDirectory(at.resolve("examples/objects"))) {
      at = at.getParent();
    }
    return at;
  }

  public static Path source(String name) {
    return root().resolve("examples/objects").resolve(name);
  }

  /** Copies an example into a folder; C becomes `.wasm` or `.bc` by the language asked for. Returns the entry's name. */
  public static String into(Path folder, String name, String language) throws IOException, InterruptedException {
    if (!language.equals("wasm") && !language.equals("llvm")) {
      Files.copy(source(name), folder.resolve(name));
      return name;
    }
    return compile(source(name), folder, language);
  }

  /** Compiles a C file. */
  public static String compile(Path source, Path folder, String language) throws IOException, InterruptedException {
    String entry = source.getFileName().toString().replace(".c", language.equals("wasm") ? ".wasm" : ".bc");
    List<String> command = new ArrayList<>(List.of(ZIG.split(" ")));
    command.addAll(List.of("cc", "-I" + root().resolve("sdk/c"), "-o", folder.resolve(entry).toString(), source.toString(), "-Wall", "-Wextra"));
    command.addAll(language.equals("wasm") ? List.of("--target=wasm32-freestanding", "-nostdlib", "-O2", "-Wl,--no-entry")
        : List.of("--target=x86_64-linux-gnu", "-emit-llvm", "-c", "-O1", "-g0", "-fno-sanitize=undefined", "-Xclang", "-disable-lifetime-markers"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try (InputStream in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertEquals(0, process.waitFor(), output);
    return entry;
  }
}
