class Echo
  READ_ONLY = [:echo, :kind].freeze

  attr_accessor :level

  def light(name, value)
    other = Amino.get(name)
    other.level = value
    other.level
  end

  def echo(value)
    value
  end

  def kind(value)
    case value
    when nil then 'null'
    when true, false then 'bool'
    when Integer then 'int'
    when Float then 'double'
    when String then value.encoding == Encoding::BINARY ? 'bytes' : 'string'
    when Array then 'list'
    when Hash then 'map'
    when Set then 'set'
    when Time then 'timestamp'
    else 'other'
    end
  end

  def class_of(value)
    value.class.name
  end

  def fail(message)
    raise ArgumentError, message
  end

  def relay(name, method, value)
    Amino.get(name).public_send(method, value)
  end

  def demand(kind, key, method, value)
    Amino.get_or_create(kind, key).public_send(method, value)
  end
end
