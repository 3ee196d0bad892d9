# frozen_string_literal: true

require 'digest'
require 'securerandom'

# The part of openssl that needs no keys of two halves, no ciphers and no network: digests, codes of authentication (HMAC), keys made of
# passwords, comparisons that take the same time. The names of the rest are there, since libraries mention them when they are loaded.
module OpenSSL
  VERSION = '3.2.0'
  OPENSSL_VERSION = 'OpenSSL 3.0.0 7 sep 2021'
  OPENSSL_LIBRARY_VERSION = OPENSSL_VERSION
  OPENSSL_VERSION_NUMBER = 0x30000000

  class OpenSSLError < StandardError
  end

  # What an object has instead of the rest.
  module Absent
    WHY = 'it is native code, which an object may not call; of openssl an object has Digest, HMAC, KDF, Random and secure_compare; ' \
          'let a program outside the object sign, encrypt and speak TLS'

    def self.refuse(name)
      raise NotImplementedError, "#{name} is not there: #{WHY}"
    end

    def new(*, **) = Absent.refuse(name)
    def method_missing(*, **) = Absent.refuse(name)
    def respond_to_missing?(*) = false
  end
  private_constant :Absent

  # A digest by its name.
  class Digest < ::Digest::Class
    class DigestError < OpenSSLError
    end

    KINDS = {
      'MD5' => ::Digest::MD5, 'SHA1' => ::Digest::SHA1, 'SHA256' => ::Digest::SHA256, 'SHA384' => ::Digest::SHA384,
      'SHA512' => ::Digest::SHA512
    }.freeze
    private_constant :KINDS

    class << self
      def digest(name, text) = new(name).update(text).digest
      def hexdigest(name, text) = new(name).update(text).hexdigest
      def base64digest(name, text) = new(name).update(text).base64digest
    end

    attr_reader :name

    def initialize(name, text = nil)
      super()
      given = name.is_a?(Digest) ? name.name : String.try_convert(name)
      raise TypeError, "wrong argument type #{name.class} (expected OpenSSL/Digest)" unless given

      @name = given.upcase.sub(/\ASHA(?:2?-)(?=\d)/, 'SHA')
      kind = KINDS[@name]
      raise RuntimeError, "Unsupported digest algorithm (#{given}).: unknown object name" unless kind

      @made = kind.new
      update(text) if text
    end

    def update(text)
      @made.update(text)
      self
    end
    alias << update

    def reset
      @made.reset
      self
    end

    def digest_length = @made.digest_length
    def block_length = @made.block_length

    private

    def initialize_copy(other)
      @made = other.instance_variable_get(:@made).clone
    end

    def finish
      @made.digest
    end

    KINDS.each_key do |kind|
      made = ::Class.new(self) do
        define_method(:initialize) { |text = nil| super(kind, text) }
        define_singleton_method(:digest) { |text| new.update(text).digest }
        define_singleton_method(:hexdigest) { |text| new.update(text).hexdigest }
        define_singleton_method(:base64digest) { |text| new.update(text).base64digest }
      end
      const_set(kind, made)
    end
  end

  def self.Digest(name) = Digest.const_get(name) # rubocop:disable Naming/MethodName

  class HMACError < OpenSSLError
  end

  # A code that only a holder of the key can make.
  class HMAC
    class << self
      def digest(digest, key, text) = new(key, digest).update(text).digest
      def hexdigest(digest, key, text) = new(key, digest).update(text).hexdigest
      def base64digest(digest, key, text) = new(key, digest).update(text).base64digest
    end

    def initialize(key, digest)
      @digest = Digest.new(digest)
      width = @digest.block_length
      key = ::Digest.text(key).b
      key = Digest.digest(@digest.name, key) if key.bytesize > width
      @key = key.ljust(width, "\0")
      reset
    end

    def update(text)
      @inner.update(text)
      self
    end
    alias << update

    def reset
      @inner = Digest.new(@digest.name, masked(0x36))
      self
    end

    def digest = Digest.digest(@digest.name, masked(0x5c) + @inner.digest)
    def hexdigest = ::Digest.hexencode(digest)
    def base64digest = [digest].pack('m0')
    alias to_s hexdigest
    alias inspect hexdigest

    def ==(other)
      other.is_a?(HMAC) && OpenSSL.secure_compare(digest, other.digest)
    end

    private

    def initialize_copy(other)
      @inner = other.instance_variable_get(:@inner).clone
    end

    def masked(mask)
      @key.bytes.map { |byte| byte ^ mask }.pack('C*')
    end
  end

  # Keys made of passwords.
  module KDF
    class KDFError < OpenSSLError
    end

    def self.pbkdf2_hmac(password, salt:, iterations:, length:, hash:)
      made = String.new(encoding: Encoding::BINARY)
      number = 0
      while made.bytesize < length
        code = last = HMAC.digest(hash, password, salt.b + [number += 1].pack('N'))
        (iterations - 1).times do
          last = HMAC.digest(hash, password, last)
          code = code.bytes.zip(last.bytes).map { |one, other| one ^ other }.pack('C*')
        end
        made << code
      end
      made.byteslice(0, length)
    end
  end

  # The same by its older name.
  module PKCS5
    def self.pbkdf2_hmac(password, salt, iterations, length, digest)
      KDF.pbkdf2_hmac(password, salt: salt, iterations: iterations, length: length, hash: digest)
    end

    def self.pbkdf2_hmac_sha1(password, salt, iterations, length)
      pbkdf2_hmac(password, salt, iterations, length, 'SHA1')
    end
  end

  # Numbers that nobody can guess.
  module Random
    class RandomError < OpenSSLError
    end

    class << self
      def random_bytes(count) = SecureRandom.bytes(count)
      alias bytes random_bytes
      alias pseudo_bytes random_bytes
    end
  end

  class << self
    def fixed_length_secure_compare(one, other)
      one = ::Digest.text(one).b
      other = ::Digest.text(other).b
      raise ArgumentError, 'inputs must be of equal length' unless one.bytesize == other.bytesize

      one.each_byte.with_index.sum { |byte, at| byte ^ other.getbyte(at) }.zero?
    end

    def secure_compare(one, other)
      hashes = [one, other].map { |text| Digest.digest('SHA256', text) }
      fixed_length_secure_compare(*hashes) && one == other
    end

    def errors = []

    def const_missing(name)
      Absent.refuse("OpenSSL::#{name}")
    end
  end

  module PKey
    class PKeyError < OpenSSLError
    end

    %i[PKey RSA DSA DH EC].each do |name|
      const_set(name, ::Class.new { extend Absent })
      const_set(:"#{name}Error", ::Class.new(PKeyError)) unless name == :PKey
    end
    extend Absent
  end

  module X509
    %i[Certificate Store StoreContext Name Extension Request CRL].each { |name| const_set(name, ::Class.new { extend Absent }) }
    extend Absent
  end

  module ASN1
    extend Absent
  end

  class BN
    extend Absent
  end

  class Cipher
    class CipherError < OpenSSLError
    end
    extend Absent
  end
end
