# frozen_string_literal: true

# Times in zones, from the data that systems have.
require 'tzinfo'

class Main
  ZONES = %w[Europe/Berlin America/New_York Asia/Kolkata Australia/Lord_Howe America/Sao_Paulo UTC].freeze

  def initialize
    @zone = TZInfo::Timezone.get('Europe/Berlin')
    @time = Time.utc(2026, 3, 28, 12)
  end

  def use
    local = ZONES.to_h { |name| [name, TZInfo::Timezone.get(name).utc_to_local(@time).strftime('%F %T %z')] }
    { 'local' => local, 'countries' => TZInfo::Country.get('CH').zone_identifiers, 'many' => TZInfo::Timezone.all_identifiers.size > 400,
      'offsets' => @zone.offsets_up_to(Time.utc(1990), Time.utc(1970)).map(&:abbreviation),
      'gap' => failure { @zone.local_to_utc(Time.utc(2026, 3, 29, 2, 30)) },
      'twice' => failure { @zone.local_to_utc(Time.utc(2026, 10, 25, 2, 30)) },
      'none' => failure { TZInfo::Timezone.get('Mars/Base') } }
  end

  def go_on
    @time += 86_400 * 100
    period = @zone.period_for(@time)
    { 'time' => @zone.utc_to_local(@time).strftime('%F %T'), 'dst' => period.dst?, 'abbreviation' => period.abbreviation,
      'until' => period.local_ends_at&.strftime('%F %T'), 'identifier' => @zone.identifier }
  end

  private

  def failure
    yield.to_s
  rescue StandardError => e
    e.class.name
  end
end
