# frozen_string_literal: true

# Makes the object of main.rb in the folder given, calls its members in order, and prints their results, one a line.
require 'json'

folder, *members = ARGV
$LOAD_PATH.unshift("#{folder}/lib", folder)
require "#{folder}/main"
instance = Main.new
members.each { |member| puts JSON.generate(instance.public_send(member)) }
