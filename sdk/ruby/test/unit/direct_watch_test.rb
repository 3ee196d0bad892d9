# frozen_string_literal: true

require_relative "../support/test_case"

# A client's connections to objects' own kernels: which of them have stalled, so that it is asked where their kernels are.
class DirectWatchTest < TestCase
  Link = Struct.new(:oldest)

  # A client with one such connection, for some looks.
  class Played
    attr_reader :asked, :looks

    def initialize(looks)
      @link = Link.new(7)
      @left = looks
      @looks = 0
      @asked = []
    end

    def watched_links
      @looks += 1
      (@left -= 1).negative? ? [] : [@link]
    end

    def find_again(link) = @asked << link
  end

  def test_a_connection_whose_requests_are_answered_has_not_stalled
    assert_equal [false] * 6, asked(nil, 1, 2, nil, 3, 4)
  end

  def test_a_request_that_stays_is_asked_about_ever_less_often
    looks = asked(*[7] * 130)
    assert_equal [1, 2, 4, 8, 16, 32, 64, 96, 128], looks.each_index.select { |number| looks[number] }
  end

  def test_each_request_is_new
    assert_equal [false, true, false, true, false, false, true], asked(7, 7, 8, 8, nil, 8, 8)
  end

  def test_it_looks_while_there_are_connections_and_not_otherwise
    client = Played.new(2)
    watch = Amino::DirectWatch.new(client)
    watch.start
    watch.start
    eventually("three looks") { client.looks == 3 }
    assert_equal 1, client.asked.size
    watch.start
    eventually("a new connection wakes it") { client.looks == 4 }
  ensure
    watch&.stop
  end

  private

  def asked(*oldest)
    stall = Amino::DirectWatch::Stall.new
    oldest.map { |each| stall.looked?(each) }
  end
end
