# frozen_string_literal: true

# What a guest finds where a program finds its process: an empty input, numbers of its own, and refusals as exceptions.
module Amino
  # Replaces what would reach the kernel's process, or end the call without `ensure`.
  module OwnProcess
    NOBODY = 65_534

    class << self
      def refuse(owner, what, *names, remedy: 'an object has no process of its own')
        names.each do |name|
          owner.define_method(name) { |*, **, &_block| raise SecurityError, "a guest may not #{what}: #{remedy}" }
        end
      end

      def refuse_in_kernel(what, *names)
        [Kernel, Kernel.singleton_class].each { |owner| refuse(owner, what, *names) }
        Kernel.__send__(:private, *names)
      end

      # Every thread that a guest finds is the kernel's, as long as it may not start its own.
      def no_threads
        remedy = "the kernel's operator may allow it (--allow threads)"
        refuse(Thread.singleton_class, 'start threads', :new, :start, :fork, remedy: remedy)
        refuse(Fiber.singleton_class, 'start fibers, which are threads here', :new, remedy: remedy)
        refuse(Thread.singleton_class, 'end its thread', :exit, :kill)
        refuse(Thread, 'end its thread', :exit, :kill, :terminate)
      end
    end

    refuse_in_kernel('start a program', :spawn, :exec, :system, :fork, :`)
    refuse_in_kernel('end its process', :exit!)
    refuse_in_kernel('take signals', :trap)
    refuse(Process.singleton_class, 'start a program', :spawn, :exec, :fork, :daemon)
    refuse(Process.singleton_class, 'end its process', :exit!)
    refuse(Process.singleton_class, 'send signals', :kill)
    refuse(Process.singleton_class, 'join process groups', :getpgid, :getpgrp, :getsid, :setpgid, :setpgrp, :setsid)
    refuse(IO.singleton_class, 'start a program', :popen)
    refuse(IO.singleton_class, 'open pipes', :pipe)
    refuse(Signal.singleton_class, 'take signals', :trap)
    refuse(Dir.singleton_class, 'leave its working directory', :chdir, :chroot, remedy: 'name files by their whole path')
    {pid: 1, ppid: 0, uid: NOBODY, euid: NOBODY, gid: NOBODY, egid: NOBODY}.each do |name, number|
      Process.define_singleton_method(name) { number }
    end
  end

  # Standard input, which is empty.
  module EmptyInput
    def read(length = nil, *)
      length.nil? || length.zero? ? +'' : nil
    end

    %i[gets getc getbyte].each { |name| define_method(name) { |*, **| nil } }
    %i[readline readchar readbyte sysread readpartial read_nonblock].each do |name|
      define_method(name) { |*, **| raise EOFError, 'end of file reached' }
    end
    %i[each each_line each_char each_byte].each { |name| define_method(name) { |*, **, &block| block ? self : [].each } }

    def readlines(*, **)
      []
    end

    def eof?
      true
    end
    alias eof eof?

    def tty?
      false
    end
    alias isatty tty?
  end
end

STDIN.extend(Amino::EmptyInput)

# Blocks of `at_exit` and `END` are accepted, for libraries have such. None ever runs, so none is kept.
def (Truffle::KernelOperations).at_exit(*, &block)
  block
end

class Dir
  class << self
    alias getwd pwd

    def home(*)
      pwd
    end
  end
end

module Kernel
  def gets(*, **)
    $_ = $stdin.gets
  end

  def readline(*, **)
    $stdin.readline
  end

  def readlines(*, **)
    $stdin.readlines
  end
  private :gets, :readline, :readlines
end

->(host, _amino) { Amino::OwnProcess.no_threads unless Truffle::Interop.read_member(host, 'allows').call('threads') }
