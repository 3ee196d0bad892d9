# frozen_string_literal: true

require "open3"
require "tmpdir"
require_relative "../support/test_case"

# Packing: equal content has the hash that every other SDK computes.
class ArtifactTest < TestCase
  PYTHON = File.join(ROOT, ".venv/bin/python")

  def pack(path) = Amino::Control::Artifact.pack(path)

  def folder
    Dir.mktmpdir do |folder|
      write = lambda do |name, bytes|
        path = File.join(folder, name)
        FileUtils.mkdir_p(File.dirname(path))
        File.binwrite(path, bytes)
      end
      yield folder, write
    end
  end

  def test_a_file_has_a_known_hash
    folder do |folder, write|
      write.call("counter.js", "export default class Counter {}\n")
      packed = pack("#{folder}/counter.js")
      assert_equal "db22f250be28d6fce7486d4d2d9370a3755193085594103f93f7a1e6f1cbaaa1", packed.hash_hex
      assert_equal ["counter.js"], packed.files
      assert_equal Digest::SHA256.hexdigest(packed.chunks.to_a.join), packed.hash_hex
    end
  end

  def test_the_hash_is_that_of_the_python_sdk
    skip "#{PYTHON} is not there; `make setup` makes it" unless File.executable?(PYTHON)

    folder do |folder, write|
      write.call("main.js", "x" * 1000)
      write.call("empty", "")
      write.call("sub/é.js", "hé")
      write.call("sub-x", "sorts before sub/")
      write.call("#{"long" * 20}/#{"deep" * 10}/binary", "\xff\x00" * 5000)
      write.call("y" * 100, "just fits")
      write.call("y" * 101, "just does not")
      write.call("sub/__pycache__/left.pyc", "out")
      write.call(".git/config", "out")
      File.symlink("main.js", "#{folder}/link.js")
      script = "import sys; from pathlib import Path; from amino_wire.artifacts import pack; print(pack(Path(sys.argv[1])).hash)"
      output, status = Open3.capture2({ "PYTHONPATH" => File.join(ROOT, "wire") }, PYTHON, "-c", script, folder)
      assert_predicate status, :success?
      assert_equal output.strip, pack(folder).hash_hex
    end
  end

  def test_what_could_do_harm_is_refused
    folder do |folder, write|
      assert_includes assert_raises(Amino::ArtifactInvalid) { pack("#{folder}/none") }.message, "neither a file nor a folder"
      assert_includes assert_raises(Amino::ArtifactInvalid) { pack(folder) }.message, "no files"
      write.call("a\\b", "")
      assert_includes assert_raises(Amino::ArtifactInvalid) { pack(folder) }.message, "no file name inside an artifact"
      File.delete("#{folder}/a\\b")
      File.symlink("/etc/hostname", "#{folder}/out")
      assert_includes assert_raises(Amino::ArtifactInvalid) { pack(folder) }.message, "outside the folder"
      File.delete("#{folder}/out")
      File.symlink("/etc", "#{folder}/out")
      assert_includes assert_raises(Amino::ArtifactInvalid) { pack(folder) }.message, "link to a folder"
    end
  end
end
