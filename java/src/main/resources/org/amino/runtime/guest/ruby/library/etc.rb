# frozen_string_literal: true

# What an object finds of its machine and its user: nothing of the kernel's.
module Etc
  VERSION = '1.4.3'
  Passwd = Struct.new(:name, :passwd, :uid, :gid, :gecos, :dir, :shell)
  Group = Struct.new(:name, :passwd, :gid, :mem)

  class << self
    def getlogin = 'guest'
    def nprocessors = 1
    def systmpdir = '/artifact'
    def sysconfdir = '/artifact'
    def uname = {sysname: 'Linux', nodename: 'guest', release: '', version: '', machine: ''}

    def getpwuid(number = Process.uid)
      raise ArgumentError, "can't find user for #{number}" unless number == Process.uid

      Passwd.new('guest', 'x', number, Process.gid, '', '/artifact', '/bin/false')
    end

    def getpwnam(name)
      raise ArgumentError, "can't find user for #{name}" unless name == 'guest'

      getpwuid
    end

    def getgrgid(number = Process.gid)
      raise ArgumentError, "can't find group for #{number}" unless number == Process.gid

      Group.new('guest', 'x', number, [])
    end

    def getgrnam(name)
      raise ArgumentError, "can't find group for #{name}" unless name == 'guest'

      getgrgid
    end
  end
end
