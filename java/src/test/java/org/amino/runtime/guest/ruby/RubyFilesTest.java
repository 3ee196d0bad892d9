package org.amino.runtime.guest.ruby;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Ruby's guests read the files and list the folders of their artifact as programs do, and nothing else. */
@Tag("ruby")
@EnabledIf("present")
class RubyFilesTest {
  @TempDir Path folder;
  private Workbench bench;
  private GuestObject probe;

  static boolean present() {
    return Workbench.has("ruby");
  }

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(folder);
    bench.file("probe.rb", "class Probe\n  def run(code) = eval(code)\nend\n");
    bench.file("data/a.txt", "one\ntwo\u00fc\n").file("data/deep/b.rb", "1").file("data/deep/.hidden", "").file("data/c.txt", "").file("x.yml", "a: [1]\n");
    Files.write(folder.resolve("data/bytes"), new byte[] {0, (byte) 0xff, (byte) 0x80, 10, 13});
    Files.write(folder.resolve("data/marked"), new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, 'x'});
    probe = bench.create(bench.open("ruby", "probe.rb"), "probe");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Object run(String code) throws Exception {
    return bench.call(probe, "run", code);
  }

  private String refused(String code) {
    return assertThrows(GuestFailure.class, () -> run(code), code).getMessage();
  }

  @Test
  void foldersAreListed() throws Exception {
    List<String> names = List.of("a.txt", "bytes", "c.txt", "deep", "marked");
    assertEquals(names, run("Dir.children('data')"));
    assertEquals(names, run("Dir.each_child('/artifact/data').to_a"));
    assertEquals(names, run("names = []; Dir.foreach('data') { |name| names << name.force_encoding('UTF-8') }; names - %w[. ..]"));
    assertEquals(List.of(".", "..", ".hidden", "b.rb"), run("Dir.entries('data/deep')"));
    assertEquals(List.of(".", "b.rb"), run("Dir.open('data/deep') { |d| first = d.read; d.rewind; d.read; d.read; d.read; [first, d.read] }"));
    assertEquals(List.of("data/a.txt", "data/c.txt"), run("Dir.glob('data/*.txt')"));
    assertEquals(List.of("/artifact/data/deep/b.rb", "/artifact/probe.rb"), run("Dir['/artifact/**/*.rb']"));
    assertEquals(List.of("a.txt", "c.txt", "deep/b.rb"), run("Dir.glob(%w[*.txt */*.{rb,py}], base: 'data')"));
    assertEquals(List.of("data/deep/.hidden"), run("Dir.glob('data/deep/*hid*', File::FNM_DOTMATCH)"));
    assertEquals(List.of(true, false, false, false), run("[Dir.exist?('data'), Dir.exist?('data/a.txt'), Dir.exist?('/'), Dir.empty?('data')]"));
    assertEquals(List.of("b.rb"), run("require 'pathname'; Pathname.new('data/deep').glob('*').map { |path| path.basename.to_s }"));
    assertTrue(refused("Dir.children('none')").contains("none"));
    assertTrue(refused("Dir.children('/')").contains("No such file"));
    assertTrue(refused("Dir.open('data/a.txt')").contains("Not a directory"));
  }

  @Test
  void filesAreRead() throws Exception {
    assertEquals("one\ntwo\u00fc\n", run("File.open('data/a.txt') { |file| file.read }"));
    assertEquals(List.of("one", "two\u00fc"), run("File.foreach('data/a.txt', chomp: true).to_a"));
    assertEquals(List.of("one\n", 2L, "data/a.txt", true), run("f = File.new('data/a.txt'); [f.gets, f.tap(&:gets).lineno, f.path, f.eof?]"));
    assertEquals(List.of(List.of(0L, 255L, 128L, 10L, 13L), "ASCII-8BIT", 5L), run("[File.binread('data/bytes').bytes, File.open('data/bytes', 'rb', &:read).encoding.name, "
        + "File.size('data/bytes')]"));
    assertEquals(List.of(255L, 128L), run("File.binread('data/bytes', 2, 1).bytes"));
    assertEquals(List.of("x", "x"), run("[File.read('data/marked', encoding: 'bom|utf-8'), File.open('data/marked', 'r:bom|utf-8', &:read)]"));
    assertEquals(List.of("UTF-8", "ISO-8859-1"), run("[File.read('data/a.txt').encoding.name, IO.read('data/a.txt', encoding: 'iso-8859-1').encoding.name]"));
    assertEquals(Map.of("a", List.of(1L)), run("require 'yaml'; YAML.load_file('x.yml')"));
    assertEquals(List.of(true, false, true, "/artifact/data/a.txt"), run("[File.readable?('data'), File.readable?('x'), File.zero?('data/c.txt'), File.realpath('data/../data/a.txt')]"));
    for (String code : List.of("File.open('data/a.txt', 'w')", "File.open('data/a.txt', 'r+')", "File.open('/etc/hostname')", "File.new('data/a.txt', 'a')", "open('/etc/hostname')")) {
      refused(code);
    }
    assertTrue(refused("File.read('data')").contains("Is a directory"));
    assertTrue(refused("File.open('data/a.txt') { |file| file.write('x') }").contains("not opened for writing"));
  }

  @Test
  void opensslRefusesByNameWhatItHasNot() throws Exception {
    String rest = "of openssl an object has Digest, HMAC, KDF, Random and secure_compare";
    for (String part : List.of("PKey::RSA.new(2048)", "PKey.read('x')", "Cipher.new('AES-128-CBC')", "X509::Store.new", "SSL::SSLContext.new", "BN.new(1)")) {
      String message = refused("require 'openssl'; OpenSSL::" + part);
      assertTrue(message.contains("OpenSSL::" + part.replaceAll("\\..*|::SSLContext.*", "")) && message.contains(rest), message);
    }
    assertEquals(32L, run("OpenSSL::Random.random_bytes(32).bytesize"));
    assertEquals(List.of(), run("[OpenSSL::PKey::RSA].flatten - [OpenSSL::PKey::RSA]"));
  }
}
