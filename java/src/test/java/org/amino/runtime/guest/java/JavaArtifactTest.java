package org.amino.runtime.guest.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiled classes and jars as artifacts: where they are looked for, which class is the object's, what is said when a library is missing. */
class JavaArtifactTest {
  private static final String SHOP = "package shop; public class Shop { public String price(long n) { return lib.Money.text(n); }"
      + " public String loader() { return Thread.currentThread().getContextClassLoader().getResource(\"shop/Shop.class\") == null ? \"none\" : \"own\"; } }";
  private static final String MONEY = "package lib; public class Money { public static String text(long n) { return n + \" €\"; } }";
  private static final String RECEIPT = "package shop; public record Receipt(long n) {}";
  private static final String NEEDY = "package shop; public class Needy { public Needy() {} public lib.Money money() { return null; } }";

  @TempDir Path work;
  private Path artifact;
  private Path classes;
  private Workbench bench;

  @BeforeEach
  void open() throws IOException {
    artifact = Files.createDirectory(work.resolve("artifact"));
    classes = Files.createDirectory(work.resolve("classes"));
    bench = new Workbench(artifact);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Path compile(String name, String... sources) throws IOException {
    List<String> command = new ArrayList<>(List.of("-proc:none", "-d", work.resolve(name).toString(), "-cp", classes.toString()));
    for (String source : sources) {
      String[] words = source.replace("final ", "").split("[ (]");
      String type = words[words[3].equals("class") || words[3].equals("record") ? 4 : 3];
      Path file = Files.createDirectories(work.resolve("sources")).resolve(type + ".java");
      command.add(Files.writeString(file, source).toString());
    }
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(new String[0])));
    return work.resolve(name);
  }

  private void jar(String name, Path folder, String... attribute) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (attribute.length > 0) {
      manifest.getMainAttributes().putValue(attribute[0], attribute[1]);
    }
    Files.createDirectories(artifact.resolve(name).getParent());
    try (OutputStream file = Files.newOutputStream(artifact.resolve(name)); JarOutputStream jar = new JarOutputStream(file, manifest);
        Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(folder.relativize(each).toString()));
        jar.write(Files.readAllBytes(each));
      }
    }
  }

  private void copy(Path folder, String to) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Path target = artifact.resolve(to).resolve(folder.relativize(each).toString());
        Files.createDirectories(target.getParent());
        Files.copy(each, target);
      }
    }
  }

  private Object price(String entry, String className) throws GuestFailure {
    GuestContext context = bench.open(new GuestFactory.Artifact("hash", "java", artifact, entry, className, List.of("host")));
    GuestObject object = bench.create(context, "shop");
    assertEquals("own", bench.call(object, "loader"));
    return bench.call(object, "price", 5L);
  }

  private String refused(String entry) {
    GuestFailure failure = assertThrows(GuestFailure.class, () -> price(entry, null));
    assertEquals("ARTIFACT_INVALID", failure.code);
    return failure.getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"money.jar", "lib/money.jar", "target/dependency/money.jar"})
  void librariesMayLieAnywhereInTheFolder(String place) throws Exception {
    jar(place, compile("library", MONEY));
    classes = work.resolve("library");
    copy(compile("own", SHOP, RECEIPT), "");
    assertEquals("5 €", price("", null));
    assertEquals("5 €", price("shop/Shop.class", null));
    assertEquals("5 €", price("shop.Shop", null));
  }

  @Test
  void theFoldersOfMavenAreLookedInto() throws Exception {
    jar("target/dependency/money.jar", compile("library", MONEY));
    classes = work.resolve("library");
    copy(compile("own", SHOP), "target/classes");
    assertEquals("5 €", price("", null));
  }

  @Test
  void theClassOfAJarIsTheOnlyOneOrTheOneThatItsManifestNames() throws Exception {
    Path whole = compile("whole", MONEY, RECEIPT);
    classes = whole;
    compile("whole", SHOP);
    jar("shop.jar", whole);
    assertTrue(refused("shop.jar").matches("the artifact has 2 classes that an object could be made of \\((lib.Money, shop.Shop|shop.Shop, lib.Money)\\); name one .*"));
    assertEquals("5 €", price("shop.jar", "shop.Shop"));
    jar("shop.jar", whole, "Main-Class", "shop.Shop");
    assertEquals("5 €", price("shop.jar", null));
    jar("shop.jar", whole, "Amino-Class", "shop.Shop");
    assertEquals("5 €", price("", null));
    jar("shop.jar", whole, "Amino-Class", "shop.Shoe");
    assertTrue(refused("shop.jar").contains("the artifact has no class shop.Shoe"));
  }

  @Test
  void aMissingLibraryIsNamed() throws Exception {
    Path library = compile("library", MONEY);
    classes = library;
    jar("needy.jar", compile("needy", NEEDY));
    assertTrue(refused("needy.jar").startsWith("the artifact needs the class lib.Money, which is in no file of it; put the library's jar into the folder that you register"));
    copy(compile("own", SHOP), "");
    String late = refused("");
    assertTrue(late.startsWith("the artifact needs the class lib.Money"), late);
  }

  @Test
  void whatIsNoJarOrNoClassIsSaid() throws Exception {
    bench.file("lib/broken.jar", "this is text");
    assertEquals("the artifact's file lib/broken.jar is no jar that can be read; build or copy it again", refused(""));
    Files.delete(artifact.resolve("lib/broken.jar"));
    bench.file("Odd.class", "this is text");
    assertTrue(refused("").startsWith("class Odd cannot be loaded: its file is no class file"), refused(""));
    Files.delete(artifact.resolve("Odd.class"));
    assertTrue(refused("").startsWith("the artifact has no public class with a public constructor"));
    Files.copy(compile("library", MONEY).resolve("lib/Money.class"), artifact.resolve("Money.class"));
    assertTrue(refused("Money.class").contains("its file holds the class lib.Money; register the folder that the folders of its package are in"), refused("Money.class"));
  }
}
