# frozen_string_literal: true

# A stack of middleware that answers requests, without a server.
require 'rack'

class Counting
  attr_reader :paths

  def initialize(app)
    @app = app
    @paths = []
  end

  def call(env)
    @paths << env['PATH_INFO']
    @app.call(env)
  end
end

class Shop
  def call(env)
    request = Rack::Request.new(env)
    Rack::Response.new("#{request.request_method} #{request.params.inspect} #{request.cookies['who']}", 200, { 'X-Kind' => 'shop' })
                  .tap { |response| response.set_cookie('who', value: 'ann', path: '/', http_only: true) }.finish
  end
end

class Main
  def initialize
    @counting = Counting.new(Rack::ETag.new(Rack::ConditionalGet.new(Rack::Head.new(Shop.new))))
    @visits = 0
  end

  def use
    form = { 'REQUEST_METHOD' => 'POST', input: Rack::Utils.build_nested_query('a' => { 'b' => ['1', 'x y'] }), 'CONTENT_TYPE' => 'application/x-www-form-urlencoded' }
    { 'get' => answer('/shop?q=tea&q2=%C3%BC', 'HTTP_COOKIE' => 'who=bob'), 'form' => answer('/form', form), 'head' => answer('/', method: 'HEAD'),
      'multipart' => multipart, 'escape' => Rack::Utils.escape_html('<a href="x">&'), 'nested' => Rack::Utils.parse_nested_query('a[][b]=1&a[][b]=2&c=3'),
      'types' => %w[.json .rb .svg].map { |ending| Rack::Mime.mime_type(ending) }, 'auth' => Rack::Utils.status_code(:unauthorized) }
  end

  def go_on
    @visits += 1
    { 'answer' => answer("/#{@visits}"), 'paths' => @counting.paths.map { |path| readable(path) } }
  end

  private

  def answer(path, options = {})
    answered = Rack::MockRequest.new(@counting).request(options.delete(:method) || options['REQUEST_METHOD'] || 'GET', path, options)
    [answered.status, answered.headers.to_a.sort.map { |row| row.map { |text| readable(text) } }, readable(answered.body)]
  end

  # Rack marks what goes to a socket as bytes.
  def readable(text)
    text.dup.force_encoding('UTF-8')
  end

  def multipart
    text = ['--X', 'Content-Disposition: form-data; name="f[a]"', '', 'hello', '--X--', ''].join("\r\n")
    env = Rack::MockRequest.env_for('/', method: 'POST', input: text, 'CONTENT_TYPE' => 'multipart/form-data; boundary=X')
    Rack::Request.new(env).params
  end
end
