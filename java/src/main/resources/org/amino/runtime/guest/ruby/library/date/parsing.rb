# frozen_string_literal: true

class Date
  # Finds the parts of a date in a text that a person wrote. Each form that is found is taken out of the text.
  class Finder
    MONTHS = ABBR_MONTHNAMES.compact.map(&:downcase).freeze
    DAYS = ABBR_DAYNAMES.map(&:downcase).freeze
    MONTH = "(#{MONTHS.join('|')})"
    NUMBER = '(\'?-?\d+)'
    ERA = '(?:\s*(c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.))?\s*'
    NOON = '[ap](?:m\b|\.m\.)'
    ZONE = '(?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?|(?-i:[[:alpha:].\s]+)(?:standard|daylight)\stime\b' \
           '|(?-i:[[:alpha:]]+)(?:\sdst)?\b'
    CLOCK = /
      (\d+\s*(?:(?::\s*\d+(?:\s*:\s*\d+(?:[,.]\d*)?)?|h(?:\s*\d+m?(?:\s*\d+s?)?)?)(?:\s*#{NOON})?|#{NOON}))
      (?:\s*(#{ZONE}))?
    /xi
    INSIDE = /\A(\d+)h?(?:\s*:?\s*(\d+)m?(?:\s*:?\s*(\d+)(?:[,.](\d*))?s?)?)?(?:\s*([ap])(?:m\b|\.m\.))?/i

    FORMS = {
      europe: /('?\d+)[^-\d\s]*\s*#{MONTH}[^-\d\s']*#{ERA}('?-?\d+(?:(?:st|nd|rd|th)\b)?))?/i,
      america: /\b#{MONTH}[^-\d\s']*\s*('?\d+)[^-\d\s']*(?:\s*,?#{ERA[3..]}#{NUMBER})?/i,
      iso: /('?[-+]?\d+)-(\d+)-#{NUMBER}/,
      japan: /\b([mtshr])(\d+)\.(\d+)\.(\d+)/i,
      vms: /#{NUMBER}-#{MONTH}[^-\/.]*-#{NUMBER}/i,
      vms_month: /\b#{MONTH}[^-\/.]*-#{NUMBER}(?:-#{NUMBER})?/i,
      slash: %r{#{NUMBER}/\s*('?\d+)(?:\D\s*#{NUMBER})?},
      dot: /#{NUMBER}\.\s*('?\d+)\.\s*#{NUMBER}/,
      week: /\b(\d{2}|\d{4})?-?w(\d{2})(?:-?(\d))?\b/i,
      weekday: /-w-(\d)\b/i,
      month_day: /--(\d{2})?-(\d{2})\b/,
      month_only: /--(\d{2})(\d{2})?\b/,
      ordinal: /\b(\d{2}|\d{4})-(\d{3})\b/,
      day_of_year: /(?<=[[:alpha:]])-(\d{3})\b/,
      year: /'(\d+)\b/,
      month: /\b#{MONTH}\S*/i,
      day: /(\d+)(st|nd|rd|th)\b/i,
      digits: /([-+]?)(\d{2,14})(?:\s*t?\s*(\d{2,6})?(?:[,.](\d*))?)?(z\b|[-+]\d{1,4}\b|\[[-+]?\d[^\]]*\])?/i
    }.freeze
    EPOCHS = {'m' => 1867, 't' => 1911, 's' => 1925, 'h' => 1988, 'r' => 2018}.freeze

    def initialize(text, complete)
      @text = text.gsub(%r{[^-+',./:@[:alnum:]\[\]]+}, ' ')
      @complete = complete
      @parts = {}
    end

    def read
      weekday
      clock
      FORMS.each_key.find { |form| try(form) }
      before_christ
      lone_number
      if @era
        %i[cwyear year].each { |name| @parts[name] = 1 - @parts[name] if @parts.key?(name) }
      end
      complete if @complete
      @parts[:offset] = Zones.seconds(@parts[:zone]) if @parts[:zone] && !@parts.key?(:offset)
      @parts
    end

    private

    # Takes what a pattern finds out of the text.
    def take(pattern)
      found = pattern.match(@text)
      @text = "#{found.pre_match} #{found.post_match}" if found
      found
    end

    def weekday
      found = take(%r{\b(#{DAYS.join('|')})[^-/\d\s]*}i)
      @parts[:wday] = DAYS.index(found[1].downcase) if found
    end

    def clock
      found = take(CLOCK)
      return unless found

      @parts[:zone] = found[2] if found[2]
      hour, minute, second, fraction, noon = INSIDE.match(found[1]).captures
      @parts[:hour] = noon ? (hour.to_i % 12) + (noon.downcase == 'p' ? 12 : 0) : hour.to_i
      @parts[:min] = minute.to_i if minute
      @parts[:sec] = second.to_i if second
      @parts[:sec_fraction] = Rational(fraction.to_i, 10**fraction.size) if fraction && !fraction.empty?
    end

    def try(form)
      return false if form == :month_only && @text.match?(/[,.](?:\d{2}|\d{4})-\d{3}(?!\d)\b/)
      return false if form == :ordinal && @text.match?(/[,.](?:\d{2}|\d{4})-\d{3}\b/)

      found = take(FORMS[form])
      return false unless found

      __send__("of_#{form}", *found.captures)
      true
    end

    def month(name)
      (MONTHS.index(name.downcase) + 1).to_s
    end

    def of_europe(day, name, era, year) = Triple.new(@parts, self).put(year, month(name), day, before?(era))
    def of_america(name, day, era, year) = Triple.new(@parts, self).put(year, month(name), day, before?(era))
    def of_iso(year, number, day) = Triple.new(@parts, self).put(year, number, day, false)
    alias of_slash of_iso
    alias of_dot of_iso
    def of_vms(day, name, year) = Triple.new(@parts, self).put(year, month(name), day, false)
    def of_vms_month(name, day, year) = Triple.new(@parts, self).put(year, month(name), day, false)

    def of_japan(era, year, number, day)
      numbers(year: (year.to_i + EPOCHS[era.downcase]).to_s, mon: number, mday: day)
    end

    def of_week(year, week, day) = numbers(cwyear: year, cweek: week, cwday: day)
    def of_weekday(day) = numbers(cwday: day)
    def of_month_day(number, day) = numbers(mon: number, mday: day)
    alias of_month_only of_month_day
    def of_ordinal(year, day) = numbers(year: year, yday: day)
    def of_day_of_year(day) = numbers(yday: day)
    def of_year(year) = numbers(year: year)
    def of_month(name) = numbers(mon: month(name))
    def of_day(day, _ending) = numbers(mday: day)

    def of_digits(sign, digits, more, fraction, zone)
      Digits.new(@parts, self).put(sign, digits, more, fraction, zone)
    end

    def numbers(**named)
      named.each { |name, text| @parts[name] = text.to_i if text }
    end

    def before?(era)
      era.to_s.match?(/\Ab/i)
    end

    def before_christ
      @era = true if take(/\b(bc\b|bce\b|b\.c\.|b\.c\.e\.)/i)
    end

    def lone_number
      found = /\A\s*(\d{1,2})\s*\z/.match(@text)
      return unless found

      number = found[1].to_i
      @parts[:mday] = number if @parts.key?(:hour) && !@parts.key?(:mday) && number.between?(1, 31)
      @parts[:hour] = number if @parts.key?(:mday) && !@parts.key?(:hour) && number.between?(0, 24)
    end

    def complete
      %i[cwyear year].each do |name|
        found = @parts[name]
        @parts[name] += found >= 69 ? 1900 : 2000 if found&.between?(0, 99)
      end
    end

    public

    # A year was written in full: it is none of this century by two digits.
    def full!
      @complete = false
    end

    def era!
      @era = true
    end
  end
  private_constant :Finder
end
