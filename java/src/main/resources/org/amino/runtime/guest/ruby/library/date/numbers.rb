# frozen_string_literal: true

class Date
  class Finder
    # Year, month and day as they were written, in whatever order.
    class Triple
      def initialize(parts, finder)
        @parts = parts
        @finder = finder
      end

      def put(year, month, day, before)
        year, month, day = arranged(year, month, day)
        year(year, before) if year
        @parts[:mon] = month[/\d+/].to_i if month&.match?(/\d/)
        @parts[:mday] = day[/\d+/].to_i if day&.match?(/\d/)
        @finder.era! if before
      end

      private

      def arranged(year, month, day)
        year, month, day = day, year, month if year && month && !day
        year, day = day, year if year.nil? && day && (day.size > 2 || day.start_with?("'"))
        digits = year && /(\d+)(.+)?/m.match(year)
        year, day = day, digits[1] if digits && digits[2]
        year, month, day = month, day, year if month && (month.start_with?("'") || month.size > 2)
        year, day = day, year if day && (day.start_with?("'") || day.size > 2)
        [year, month, day]
      end

      def year(text, before)
        found = /([-+])?(\d+)/.match(text)
        return unless found

        @finder.full! if found[1] || found[2].size > 2
        number = found[0].to_i
        @parts[:year] = number
        before
      end
    end

    # Digits without anything between them.
    class Digits
      # From how many digits there are to the parts that they are, in front or (where a fraction follows) from behind.
      FRONT = {
        2 => {mday: 0..1}, 3 => {yday: 0..2}, 4 => {mon: 0..1, mday: 2..3}, 5 => {year: 0..1, yday: 2..4},
        6 => {year: 0..1, mon: 2..3, mday: 4..5}, 7 => {year: 0..3, yday: 4..6},
        8 => {year: 0..3, mon: 4..5, mday: 6..7}, 10 => {year: 0..3, mon: 4..5, mday: 6..7, hour: 8..9},
        12 => {year: 0..3, mon: 4..5, mday: 6..7, hour: 8..9, min: 10..11},
        14 => {year: 0..3, mon: 4..5, mday: 6..7, hour: 8..9, min: 10..11, sec: 12..13}
      }.freeze
      BEHIND = %i[sec min hour mday mon year].freeze
      FULL = [7, 8, 10, 12, 14].freeze

      def initialize(parts, finder)
        @parts = parts
        @finder = finder
      end

      def put(sign, digits, more, fraction, zone)
        more.nil? && fraction ? behind(digits, BEHIND) : front(sign, digits)
        if more && !more.empty?
          fraction ? behind(more, BEHIND.first(3)) : clock(more)
        end
        @parts[:sec_fraction] = Rational(fraction.to_i, 10**fraction.size) if fraction
        zone(zone) if zone && !zone.empty?
      end

      private

      def front(sign, digits)
        rooms = FRONT[digits.size]
        return unless rooms

        rooms.each { |name, room| @parts[name] = (name == :year ? sign + digits[room] : digits[room]).to_i }
        @finder.full! if FULL.include?(digits.size) || (rooms.key?(:year) && !sign.empty?)
      end

      def behind(digits, names)
        return unless FRONT.key?(digits.size)

        rest = digits
        names.each do |name|
          break if rest.empty?

          size = name == :year ? rest.size : [2, rest.size].min
          @parts[name] = rest[-size..].to_i
          @finder.full! if name == :year && size == 4
          rest = rest[0, rest.size - size]
        end
      end

      def clock(digits)
        return if digits.size.odd?

        %i[hour min sec].zip(digits.scan(/../)) { |name, part| @parts[name] = part.to_i if part }
      end

      def zone(text)
        if text.start_with?('[')
          offset, name = text[1..-2].split(':', 2)
          @parts[:zone] = name || offset
          offset = "+#{offset}" if offset.match?(/\A\d/)
          @parts[:offset] = Zones.seconds(offset)
        else
          @parts[:zone] = text
          @parts[:offset] = Zones.seconds(text)
        end
      end
    end
  end
end
