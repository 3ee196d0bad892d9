# frozen_string_literal: true

# Texts in two languages, with plurals, defaults and dates.
require 'i18n'
require 'date'

class Main
  GERMAN = { shop: { items: { zero: 'nichts', one: 'ein Teil', other: '%{count} Teile' }, hello: 'Guten Tag, %{name}!' },
             date: { formats: { default: '%d.%m.%Y', long: '%e. %B %Y' }, month_names: [nil, 'Januar', 'Februar', 'März'], order: %i[day month year] },
             number: { one: '1,0' } }.freeze
  ENGLISH = { shop: { items: { one: 'one item', other: '%{count} items' }, hello: 'Hello, %{name}!' } }.freeze

  def initialize
    @backend = I18n::Backend::Simple.new
    @backend.store_translations(:de, GERMAN)
    @backend.store_translations(:en, ENGLISH)
    @count = 0
  end

  def use
    I18n.backend = @backend
    texts = [0, 1, 5].map { |count| I18n.t('shop.items', count: count, locale: :de) }
    { 'texts' => texts, 'hello' => I18n.t(:hello, scope: :shop, name: 'Ann', locale: :en), 'default' => I18n.t('a.b', default: 'none', locale: :en),
      'missing' => I18n.t('a.b', locale: :en), 'date' => I18n.l(Date.new(2026, 3, 4), format: :long, locale: :de),
      'locales' => I18n.available_locales.map(&:to_s).sort, 'slug' => I18n.transliterate('Ünïcode'),
      'wrong' => failure { I18n.t('shop.hello', locale: :en, wrong: 1) }, 'strict' => failure { I18n.t('a.b', locale: :en, raise: true) } }
  end

  def go_on
    @count += 1
    @backend.store_translations(:en, shop: { "n#{@count}": "number #{@count} of %{total}" })
    { 'text' => @backend.translate(:en, "shop.n#{@count}", total: 9), 'plural' => @backend.translate(:de, 'shop.items', count: @count),
      'keys' => @backend.translate(:en, :shop, {}).keys.map(&:to_s) }
  end

  private

  def failure
    yield
  rescue StandardError => e
    [e.class.name, e.message]
  end
end
