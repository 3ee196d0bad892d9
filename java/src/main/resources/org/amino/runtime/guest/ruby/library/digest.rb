# frozen_string_literal: true

# Digests, computed by the engine's own.
module Digest
  VERSION = '3.1.1'

  class DigestError < StandardError
  end

  # What every digest can, made of `update`, `reset`, `finish`, `block_length`.
  module Instance
    def update(_text) = lacks('update')
    def reset = lacks('reset')
    def block_length = lacks('block_length')
    def finish = lacks('finish')
    private :finish

    def <<(text)
      update(text)
    end

    def new
      clone.reset
    end

    def digest(text = nil)
      return clone.__send__(:finish) if text.nil?

      reset
      update(text)
      digest!
    end

    def digest!
      found = finish
      reset
      found
    end

    def hexdigest(text = nil) = Digest.hexencode(digest(text))
    def hexdigest! = Digest.hexencode(digest!)
    def base64digest(text = nil) = [digest(text)].pack('m0')
    def base64digest! = [digest!].pack('m0')
    def to_s = hexdigest
    def inspect = "#<#{self.class}: #{hexdigest}>"
    def digest_length = digest.bytesize
    def length = digest_length
    def size = digest_length

    def ==(other)
      return digest == other.digest if other.is_a?(Instance)

      text = String.try_convert(other)
      !text.nil? && to_s == text
    end

    def file(name)
      update(File.binread(name))
    end

    private

    def lacks(name)
      raise RuntimeError, "#{self.class.name} does not implement #{name}()"
    end
  end

  # The class of all digests that are made with `new`.
  class Class
    include Instance

    class << self
      def digest(text, *args) = new(*args).digest(text)
      def hexdigest(text, *args) = new(*args).hexdigest(text)
      def base64digest(text, *args) = new(*args).base64digest(text)
      def file(name, *args) = new(*args).file(name)
    end
  end

  # Digests that the engine knows. The text is kept and not a state of the computation, so that a digest can be copied,
  # and captured with the object that holds it.
  class Base < Class
    class << self
      attr_reader :engine, :digest_bytes, :block_bytes

      private

      def known(engine, digest_bytes, block_bytes)
        @engine = engine
        @digest_bytes = digest_bytes
        @block_bytes = block_bytes
      end
    end

    def initialize
      super
      raise NotImplementedError, 'Digest::Base is an abstract class' unless self.class.algorithm

      @text = String.new(encoding: Encoding::BINARY)
    end

    def self.algorithm
      ancestors.find { |kind| kind.is_a?(::Class) && kind.instance_variable_defined?(:@engine) }
    end

    def update(text)
      @text << Digest.text(text).b
      self
    end
    alias << update

    def reset
      @text = String.new(encoding: Encoding::BINARY)
      self
    end

    def digest_length = self.class.algorithm.digest_bytes
    def block_length = self.class.algorithm.block_bytes

    private

    def initialize_copy(other)
      @text = other.instance_variable_get(:@text).dup
    end

    def finish
      Digest.compute(self.class.algorithm.engine, @text)
    end
  end

  class MD5 < Base
    known :md5, 16, 64
  end

  class SHA1 < Base
    known :sha1, 20, 64
  end

  class SHA256 < Base
    known :sha256, 32, 64
  end

  class SHA384 < Base
    known :sha384, 48, 128
  end

  class SHA512 < Base
    known :sha512, 64, 128
  end

  # The family by the number of bits.
  class SHA2 < Class
    KINDS = {256 => SHA256, 384 => SHA384, 512 => SHA512}.freeze
    private_constant :KINDS

    def initialize(bits = 256)
      super()
      kind = KINDS[bits]
      raise ArgumentError, format('unsupported bit length: %s', bits.inspect) unless kind

      @bitlen = bits
      @sha2 = kind.new
    end

    def update(text)
      @sha2.update(text)
      self
    end
    alias << update

    def reset
      @sha2.reset
      self
    end

    def digest_length = @sha2.digest_length
    def block_length = @sha2.block_length
    def inspect = format('#<%s:%d %s>', self.class, @bitlen, hexdigest)

    private

    def initialize_copy(other)
      @sha2 = other.instance_variable_get(:@sha2).clone
    end

    def finish
      @sha2.digest!
    end
  end

  class << self
    def hexencode(text)
      text(text).unpack1('H*')
    end

    def text(value)
      return value if value.is_a?(String)
      return value.to_str if value.respond_to?(:to_str)

      name = value.nil? || value == true || value == false ? value.inspect : value.class
      raise TypeError, "no implicit conversion of #{name} into String"
    end

    def compute(engine, text)
      made = Truffle::Digest.__send__(engine)
      Truffle::Digest.update(made, text)
      Truffle::Digest.digest(made).b
    end

    def const_missing(name)
      raise LoadError, "Digest::#{name} is not there: an object has MD5, SHA1, SHA256, SHA384 and SHA512" if
        name.match?(/\A[A-Z0-9]+\z/)

      super
    end
  end
end

module Kernel
  def Digest(name) # rubocop:disable Naming/MethodName
    Digest.const_get(name)
  end
end
