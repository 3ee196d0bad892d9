# frozen_string_literal: true

# Tokens that are signed with a secret.
require 'jwt'

class Main
  def initialize
    @secret = 'a secret of the shop'
    @tokens = []
    @decoder = JWT::Decode
  end

  def use
    token = JWT.encode({ 'user' => 'ann', 'rights' => %w[read write] }, @secret, 'HS256', { 'kid' => 'k1' })
    { 'token' => token, 'long' => JWT.encode({ 'a' => 1 }, 'k' * 200, 'HS512'), 'plain' => JWT.encode({ 'a' => 1 }, nil, 'none'),
      'decoded' => JWT.decode(token, @secret, true, algorithm: 'HS256'),
      'wrong key' => failure { JWT.decode(token, 'other', true, algorithm: 'HS256') },
      'wrong algorithm' => failure { JWT.decode(token, @secret, true, algorithm: 'HS384') },
      'old' => failure { JWT.decode(JWT.encode({ 'exp' => 1 }, @secret), @secret, true, algorithm: 'HS256') },
      'damaged' => failure { JWT.decode("#{token}x", @secret, true, algorithm: 'HS256') } }
  end

  def go_on
    @tokens << JWT.encode({ 'number' => @tokens.size }, @secret, 'HS384')
    { 'tokens' => @tokens.map { |token| JWT.decode(token, @secret, true, algorithm: 'HS384').first }, 'last' => @tokens.last }
  end

  private

  def failure
    yield
  rescue JWT::DecodeError => e
    [e.class.name, e.message]
  end
end
