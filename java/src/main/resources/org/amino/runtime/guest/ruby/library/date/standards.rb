# frozen_string_literal: true

class Date
  # Texts of the standards, which are read strictly.
  module Standards
    MONTHS = ABBR_MONTHNAMES.compact.map(&:downcase).freeze
    DAYS = ABBR_DAYNAMES.map(&:downcase).freeze
    OFFSET = '(?<zone>z|[-+]\d{2}(?::?\d{2})?)'
    EXTENDED_CLOCK = "(?<hour>\\d{2}):(?<min>\\d{2})(?::(?<sec>\\d{2})(?:[.,](?<fraction>\\d+))?)?#{OFFSET}?"
    BASIC_CLOCK = '(?<hour>\d{2})(?<min>\d{2})(?:(?<sec>\d{2})(?:[.,](?<fraction>\d+))?)?' \
                  '(?<zone>z|[-+]\d{2}(?:\d{2})?)?'
    SECONDS_CLOCK = '(?<hour>\d{2}):(?<min>\d{2}):(?<sec>\d{2})'
    FULL_CLOCK = "#{SECONDS_CLOCK}(?:\\.(?<fraction>\\d+))?"
    XML_ZONE = '(?<zone>z|[-+]\d{2}(?::\d{2})?)?'
    WEEKDAY = "(?<wday>#{DAYS.join('|')})"
    MONTH = "(?<name>#{MONTHS.join('|')})"
    LONG_DAY = "(?<wday>#{DAYNAMES.map(&:downcase).join('|')})"

    def self.forms(*patterns)
      patterns.map { |pattern| /\A\s*#{pattern}\s*\z/i }
    end

    FORMS = {
      iso8601: forms(
        "(?:(?<year>[-+]?\\d{2,}|-)-(?<mon>\\d{2})?(?:-(?<mday>\\d{2}))?|(?<year>[-+]?\\d{2,})?-(?<yday>\\d{3})" \
        "|(?<cwyear>\\d{4}|\\d{2})?-w(?<cweek>\\d{2})-(?<cwday>\\d)|-w-(?<cwday>\\d))(?:t#{EXTENDED_CLOCK})?",
        "(?:(?<year>[-+]?(?:\\d{4}|\\d{2})|--)(?<mon>\\d{2}|-)(?<mday>\\d{2})|(?<year>[-+]?(?:\\d{4}|\\d{2}))" \
        "(?<yday>\\d{3})|-(?<yday>\\d{3})|(?<cwyear>\\d{4}|\\d{2})w(?<cweek>\\d{2})(?<cwday>\\d)" \
        "|-w(?<cweek>\\d{2})(?<cwday>\\d)|-w-(?<cwday>\\d))(?:t?#{BASIC_CLOCK})?",
        "(?<hour>\\d{2}):(?<min>\\d{2})(?::(?<sec>\\d{2})(?:[.,](?<fraction>\\d+))?#{OFFSET}?)?",
        '(?<hour>\d{2})(?<min>\d{2})(?:(?<sec>\d{2})(?:[.,](?<fraction>\d+))?(?<zone>z|[-+]\d{2}(?:\d{2})?)?)?'
      ),
      rfc3339: forms(
        "(?<year>-?\\d{4})-(?<mon>\\d{2})-(?<mday>\\d{2})(?:t|\\s)#{FULL_CLOCK}(?<zone>z|[-+]\\d{2}:\\d{2})"
      ),
      xmlschema: forms(
        "(?<year>-?\\d{4,})(?:-(?<mon>\\d{2})(?:-(?<mday>\\d{2}))?)?(?:t#{FULL_CLOCK})?#{XML_ZONE}",
        FULL_CLOCK + XML_ZONE,
        '(?:--(?<mon>\d{2})(?:-(?<mday>\d{2}))?|---(?<mday>\d{2}))(?<zone>z|[-+]\d{2}(?::\d{2})?)?'
      ),
      rfc2822: forms(
        "(?:#{WEEKDAY}\\s*,\\s+)?(?<mday>\\d{1,2})\\s+#{MONTH}\\s+(?<old>-?\\d{2,})\\s+(?<hour>\\d{2}):(?<min>\\d{2})" \
        '(?::(?<sec>\d{2}))?\s*(?<zone>[-+]\d{2}:?\d{2}|ut|gmt|[ecmp][sd]t|[a-ik-z])'
      ),
      httpdate: forms(
        "#{WEEKDAY}\\s*,\\s+(?<mday>\\d{2})\\s+#{MONTH}\\s+(?<year>-?\\d{4})\\s+#{SECONDS_CLOCK}\\s+" \
        '(?<zone>gmt)',
        "#{LONG_DAY}\\s*,\\s+(?<mday>\\d{2})\\s*-\\s*#{MONTH}\\s*-\\s*(?<short>\\d{2})\\s+#{SECONDS_CLOCK}\\s+" \
        '(?<zone>gmt)',
        "#{WEEKDAY}\\s+#{MONTH}\\s+(?<mday>\\d{1,2})\\s+#{SECONDS_CLOCK}\\s+(?<year>\\d{4})"
      ),
      jisx0301: forms(
        '(?<era>[mtshr])?(?<year>\d{2})\.(?<mon>\d{2})\.(?<mday>\d{2})' \
        "(?:t(?:(?<hour>\\d{2}):(?<min>\\d{2})(?::(?<sec>\\d{2})(?:[,.](?<fraction>\\d*))?)?#{OFFSET}?)?)?"
      )
    }.freeze
    EPOCHS = {'m' => 1867, 't' => 1911, 's' => 1925, 'h' => 1988, 'r' => 2018}.freeze
    PLAIN = %i[mon mday yday cweek cwday hour min sec].freeze

    module_function

    # The parts of a text; none where it is another.
    def read(standard, text)
      FORMS[standard].each do |pattern|
        found = pattern.match(text)
        return parts(standard, found) if found
      end
      standard == :jisx0301 ? read(:iso8601, text) : {}
    end

    def parts(standard, found)
      texts = values(found)
      parts = PLAIN.each_with_object({}) { |name, all| all[name] = texts[name].to_i if texts[name]&.match?(/\d/) }
      parts[:wday] = DAYS.index(texts[:wday][0, 3].downcase) if texts[:wday]
      parts[:mon] = MONTHS.index(texts[:name].downcase) + 1 if texts[:name]
      years(standard, texts, parts)
      fraction = texts[:fraction]
      parts[:sec_fraction] = Rational(fraction.to_i, 10**fraction.size) if fraction && !fraction.empty?
      if texts[:zone]
        parts[:zone] = texts[:zone]
        parts[:offset] = Zones.seconds(texts[:zone])
      end
      parts
    end

    # Of groups with the same name the one that found something.
    def values(found)
      found.regexp.named_captures.each_with_object({}) do |(name, groups), all|
        number = groups.find { |group| found[group] }
        all[name.to_sym] = found[number] if number
      end
    end

    def years(standard, texts, parts)
      year = texts[:year]
      if year&.match?(/\d/)
        parts[:year] = year.to_i
        parts[:year] += EPOCHS[(texts[:era] || 'h').downcase] if standard == :jisx0301
        parts[:year] = century(parts[:year]) if standard == :iso8601 && year.size < 4
      end
      parts[:year] = century(texts[:short].to_i) if texts[:short]
      parts[:year] = old(texts[:old]) if texts[:old]
      week = texts[:cwyear]
      parts[:cwyear] = week.size == 2 ? century(week.to_i) : week.to_i if week
    end

    def century(year)
      year + (year >= 69 ? 1900 : 2000)
    end

    # Years of two or three digits, which old messages have.
    def old(text)
      number = text.to_i
      return number unless text.match?(/\A\d{2,3}\z/)

      number + (text.size == 2 && number < 50 ? 2000 : 1900)
    end
  end
  private_constant :Standards

  class << self
    def _parse(text, comp = true, limit: 128)
      Finder.new(limited(text, limit), comp).read
    end

    def parse(text = '-4712-01-01', comp = true, start = ITALY, limit: 128)
      of_parts(_parse(text, comp, limit: limit), start)
    end

    %i[iso8601 rfc3339 xmlschema rfc2822 httpdate jisx0301].each do |standard|
      define_method("_#{standard}") do |text, limit: 128|
        text.nil? ? {} : Standards.read(standard, limited(text, limit))
      end
      define_method(standard) do |text = '-4712-01-01', start = ITALY, limit: 128|
        of_parts(__send__("_#{standard}", text, limit: limit), start)
      end
    end
    alias _rfc822 _rfc2822
    alias rfc822 rfc2822

    private

    def limited(text, limit)
      text = text.name if text.is_a?(Symbol)
      text = Given.text(text)
      raise ArgumentError, "string length (#{text.size}) exceeds the limit #{limit}" if limit && text.size > limit

      text
    end
  end

  # A date with a time of day and an offset.
  class ::DateTime
    class << self
      def parse(text = '-4712-01-01T00:00:00+00:00', comp = true, start = ITALY, limit: 128)
        super
      end
    end
  end
end
