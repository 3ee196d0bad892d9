# frozen_string_literal: true

module Amino
  module Control
    # Which machine this process is on, as kernels say it of themselves.
    module Host
      BOOT = "/proc/sys/kernel/random/boot_id"
      private_constant :BOOT

      # An id that processes have in common when they share a boot and a file system, so that a Unix socket reaches. Empty where that
      # cannot be told.
      def self.id
        root = File.stat("/")
        "#{File.read(BOOT).strip}:#{root.dev.to_s(16)}-#{root.ino.to_s(16)}:#{Process.uid}"
      rescue SystemCallError
        ""
      end
    end
  end
end
