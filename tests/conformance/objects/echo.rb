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

  def first
    raise KeyError, 'behind'
  rescue KeyError
    begin
      raise ArgumentError, 'first'
    rescue ArgumentError => e
      e
    end
  end
  private :first

  def class_of(value)
    value.class.name
  end

  def fail(message)
    raise ArgumentError, message
  end

  class Several < Amino::Error
  end

  def fail_all(message)
    raise Several.new(message, errors: [first, Several.new('within', errors: [TypeError.new('second')])])
  end

  def fail_many(count)
    error = Several.new('innermost', errors: (0...count).map { |n| TypeError.new(n.to_s) })
    count.times { |level| error = Several.new(level.to_s, errors: [error]) }
    raise Several.new('many', errors: [error] * count)
  end

  def pass_on(names)
    raise ArgumentError, 'the end of the line' if names.empty?

    Amino.get(names.first).pass_on(names.drop(1))
  end

  def members(name, method, value)
    Amino.get(name).public_send(method, value)
  rescue Amino::Error => e
    e.errors.map { |each| [each.type, each.message] }
  end

  def relay(name, method, value)
    Amino.get(name).public_send(method, value)
  end

  def demand(kind, key, method, value)
    Amino.get_or_create(kind, key).public_send(method, value)
  end
end
