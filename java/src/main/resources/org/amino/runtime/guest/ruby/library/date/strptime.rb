# frozen_string_literal: true

class Date
  # Reads a text by a format. Gives the parts that it names, or nil where the text is another.
  class FormatReader
    COMPOSED = {
      'c' => '%a %b %e %H:%M:%S %Y', 'D' => '%m/%d/%y', 'x' => '%m/%d/%y', 'F' => '%Y-%m-%d', 'r' => '%I:%M:%S %p',
      'R' => '%H:%M', 'T' => '%H:%M:%S', 'X' => '%H:%M:%S', 'v' => '%e-%b-%Y', '+' => '%a %b %e %H:%M:%S %Z %Y',
      'n' => ' ', 't' => ' '
    }.freeze
    # Numbers of a fixed room: the part, the digits, the least and the most; whether a space may stand for a digit.
    NUMBERS = {
      'd' => [:mday, 2, 1, 31, true], 'e' => [:mday, 2, 1, 31, true], 'H' => [:hour, 2, 0, 24, true],
      'k' => [:hour, 2, 0, 24, true], 'I' => [:hour, 2, 1, 12, true], 'l' => [:hour, 2, 1, 12, true],
      'j' => [:yday, 3, 1, 366], 'M' => [:min, 2, 0, 59], 'm' => [:mon, 2, 1, 12], 'S' => [:sec, 2, 0, 60],
      'U' => [:wnum0, 2, 0, 53], 'W' => [:wnum1, 2, 0, 53], 'u' => [:cwday, 1, 1, 7], 'V' => [:cweek, 2, 1, 53],
      'w' => [:wday, 1, 0, 6]
    }.freeze
    ZONE = /
      \A(?:(?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?
      |(?-i:[[:alpha:].\s]+)(?:standard|daylight)\s+time\b
      |(?-i:[[:alpha:]]+)(?:\s+dst)?\b)
    /xi
    NUMERIC = 'CDdeFGgHIjkLlMmNQRrSsTUuVvWwXxYy0123456789'
    MODIFIED = /\G%(?:E(?=[cCxXyY])|O(?=[deHImMSuUVwWy])|(?::{1,3}(?=z)))?/

    def initialize(text, format)
      @text = text
      @format = format
      @at = 0
      @parts = {}
    end

    def read
      return nil unless catch(:other) { walk(@format) }

      @parts[:leftover] = @text[@at..] if @at < @text.size
      century = @parts.delete(:_cent)
      merid = @parts.delete(:_merid)
      %i[cwyear year].each { |name| @parts[name] += century * 100 if century && @parts.key?(name) }
      @parts[:hour] = (@parts[:hour] % 12) + merid if merid && @parts.key?(:hour)
      @parts
    end

    private

    def walk(format)
      at = 0
      while at < format.size
        sign = format[at]
        if sign.match?(/\s/)
          @at += 1 while @at < @text.size && @text[@at].match?(/\s/)
        elsif sign == '%' && at + 1 < format.size && MODIFIED.match(format, at)
          kind = format[$~.end(0)]
          if kind
            at = $~.end(0)
            one(kind, format[(at + 1)..])
          else
            literal('%')
          end
        else
          literal(sign)
        end
        at += 1
      end
      true
    end

    def fail!
      throw(:other, nil)
    end

    def literal(sign)
      @text[@at] == sign ? @at += 1 : fail!
    end

    # The text that a pattern finds here.
    def take(pattern)
      found = pattern.match(@text[@at..])
      fail! unless found && found.begin(0).zero?
      @at += found.end(0)
      found[0]
    end

    def one(kind, rest)
      return walk(COMPOSED[kind]) if COMPOSED.key?(kind)
      return number(*NUMBERS[kind]) if NUMBERS.key?(kind)

      case kind
      when 'A', 'a' then name(:wday, DAYNAMES, ABBR_DAYNAMES)
      when 'B', 'b', 'h' then name(:mon, MONTHNAMES, ABBR_MONTHNAMES)
      when 'C' then @parts[:_cent] = signed(rest, 2)
      when 'G' then @parts[:cwyear] = signed(rest, 4)
      when 'Y' then @parts[:year] = signed(rest, 4)
      when 'g' then short_year(:cwyear)
      when 'y' then short_year(:year)
      when 'L' then fraction(rest, 3)
      when 'N' then fraction(rest, 9)
      when 'P', 'p' then @parts[:_merid] = take(/\A[ap](?:m|\.m\.)/i).match?(/\Aa/i) ? 0 : 12
      when 'Q' then @parts[:seconds] = Rational(take(/\A-?\d+/).to_i, 1000)
      when 's' then @parts[:seconds] = take(/\A-?\d+/).to_i
      when 'Z', 'z' then zone
      when '%' then literal('%')
      else
        literal('%')
        literal(kind)
      end
    end

    def number(part, digits, least, most, spaced = false)
      found = spaced && @text[@at] == ' ' ? take(/\A \d/) : take(/\A\d{1,#{digits}}/)
      fail! unless found.to_i.between?(least, most)
      @parts[part] = found.to_i
    end

    def name(part, full, short)
      rest = @text[@at..].downcase
      full.each_with_index do |word, number|
        next unless word

        long = rest.start_with?(word.downcase)
        next unless long || rest.start_with?(short[number].downcase)

        @at += long ? word.size : short[number].size
        return @parts[part] = number
      end
      fail!
    end

    # A number with a sign, of any length unless another number follows at once.
    def signed(rest, digits)
      take(numeric?(rest) ? /\A[-+]?\d{1,#{digits}}/ : /\A[-+]?\d+/).to_i
    end

    def numeric?(rest)
      rest.match?(/\A\d/) || (rest =~ /\A%[EO]?(.)/ && NUMERIC.include?($1))
    end

    def short_year(part)
      found = take(/\A\d{1,2}/).to_i
      @parts[part] = found
      @parts[:_cent] ||= found >= 69 ? 19 : 20
    end

    def fraction(rest, digits)
      found = take(numeric?(rest) ? /\A[-+]?\d{1,#{digits}}/ : /\A[-+]?\d+/)
      size = found.delete('-+').size
      @parts[:sec_fraction] = Rational(found.to_i, 10**size)
    end

    def zone
      found = take(ZONE)
      @parts[:zone] = found
      @parts[:offset] = Zones.seconds(found)
    end
  end
  private_constant :FormatReader

  class << self
    def _strptime(text, format = '%F')
      FormatReader.new(Given.text(text), Given.text(format)).read
    end

    def strptime(text = '-4712-01-01', format = '%F', start = ITALY)
      of_parts(_strptime(text, format), start)
    end
  end

  # A date with a time of day and an offset.
  class ::DateTime
    class << self
      def _strptime(text, format = '%FT%T%z')
        super
      end

      def strptime(text = '-4712-01-01T00:00:00+00:00', format = '%FT%T%z', start = ITALY)
        of_parts(_strptime(text, format), start)
      end
    end
  end
end
