# frozen_string_literal: true

# An object may not open sockets. The classes are there, so that libraries load which reckon with addresses or could
# open one; opening is refused.
class SocketError < StandardError
end

class BasicSocket < IO
  def self.new(*, **)
    raise SecurityError, 'a guest may not open sockets: let a program outside do it, and call the object'
  end

  class << self
    alias open new
    alias for_fd new
  end
end

class Socket < BasicSocket
  # Numbers of the operating system, as Linux has them.
  module Constants
    AF_UNSPEC = 0
    PF_UNSPEC = 0
    AF_UNIX = 1
    PF_UNIX = 1
    AF_INET = 2
    PF_INET = 2
    AF_INET6 = 10
    PF_INET6 = 10
    SOCK_STREAM = 1
    SOCK_DGRAM = 2
    SOCK_RAW = 3
    IPPROTO_IP = 0
    IPPROTO_TCP = 6
    IPPROTO_UDP = 17
    IPPROTO_IPV6 = 41
    TCP_NODELAY = 1
    SOL_SOCKET = 1
    SO_REUSEADDR = 2
    SO_KEEPALIVE = 9
    SO_LINGER = 13
    SOMAXCONN = 4096
    INADDR_ANY = 0
    INADDR_LOOPBACK = 0x7F000001
    NI_NUMERICHOST = 1
    AI_PASSIVE = 1
  end
  include Constants
  Constants.constants.each { |name| const_set(name, Constants.const_get(name)) unless const_defined?(name, false) }

  class ResolutionError < SocketError
  end

  class << self
    %i[tcp udp unix tcp_server_sockets udp_server_sockets unix_server_socket pair socketpair getaddrinfo gethostbyname
       getnameinfo getifaddrs ip_address_list].each do |name|
      define_method(name) { |*, **| new }
    end

    def gethostname
      'guest'
    end
  end
end

class IPSocket < BasicSocket
  def self.getaddress(*)
    new
  end
end

class TCPSocket < IPSocket
end

class TCPServer < TCPSocket
end

class UDPSocket < IPSocket
end

class UNIXSocket < BasicSocket
  class << self
    alias pair new
    alias socketpair new
  end
end

class UNIXServer < UNIXSocket
end

class Addrinfo
  class << self
    %i[new tcp udp ip unix getaddrinfo foreach].each do |name|
      define_method(name) { |*, **| BasicSocket.new }
    end
  end
end
