# frozen_string_literal: true

require "open3"
require "rbconfig"
require_relative "../support/test_case"

# The source itself: no warnings, generated code up to date, signatures for all that is public.
class SourceTest < TestCase
  SDK = File.expand_path("../..", __dir__)
  FILES = Dir[File.join(SDK, "{lib,test}/**/*.rb")].sort.freeze
  PYTHON = File.join(ROOT, ".venv/bin/python")

  def test_ruby_warns_of_nothing
    FILES.each do |file|
      output, = Open3.capture2e(RbConfig.ruby, "-wc", file)
      assert_equal "Syntax OK\n", output, file
    end
  end

  def test_every_file_has_frozen_literals_and_fits_on_a_screen
    FILES.each do |file|
      lines = File.readlines(file)
      assert_equal "# frozen_string_literal: true\n", lines.first, file
      next if file.include?("/pb/") || file.end_with?("lib/amino/protocol.rb")

      assert_operator lines.size, :<=, 320, file
      assert_empty lines.select { |line| line.chomp.size > 140 }, file
    end
  end

  def test_the_generated_code_is_up_to_date
    skip "#{PYTHON} is not there; `make setup` makes it" unless File.executable?(PYTHON)

    output, status = Open3.capture2e(PYTHON, File.join(SDK, "tools/generate_protobuf.py"), "--check")
    assert_predicate status, :success?, output
  end

  def test_every_room_says_what_may_enter
    Dir[File.join(SDK, "{,lib/amino,lib/amino/*,test,test/*,sig,tools}/")].uniq.each do |room|
      assert_path_exists File.join(room, "README.md")
    end
  end

  def test_the_signatures_are_valid
    rbs = begin
      Gem.bin_path("rbs", "rbs")
    rescue Gem::GemNotFoundException
      skip "the gem rbs, which comes with Ruby, is not installed"
    end
    output, status = Open3.capture2e(RbConfig.ruby, rbs, "-r", "pathname", "-I", File.join(SDK, "sig"), "validate", "--silent")
    assert_predicate status, :success?, output
  end

  def test_public_classes_have_signatures
    signatures = Dir[File.join(SDK, "sig/**/*.rbs")].map { |file| File.read(file) }.join
    stubs = [Amino::StubBase, Amino::Stub, Amino::AsyncStub, Amino::Commands]
    [Amino::Client, *stubs, Amino::Future, Amino::Pipeline, Amino::Duration].each do |kind|
      kind.public_instance_methods(false).each do |method|
        name = Regexp.escape(method.to_s)
        attribute = Regexp.escape(method.to_s.delete_suffix("="))
        assert_match(/def #{name}\s*:|attr_(reader|accessor) #{attribute}:/, signatures, "#{kind}##{method}")
      end
    end
    Amino::ERRORS_BY_CODE.each_value { |kind| assert_includes signatures, "class #{kind.name.delete_prefix("Amino::")} <" }
  end
end
