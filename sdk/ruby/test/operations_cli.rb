# frozen_string_literal: true

# Prints the operations of this SDK as JSON: by name, the parameters that stand in order and the options; and the fields of its
# descriptions.

require "json"
require "amino"

def describe(method)
  kinds = method.parameters
  rest = kinds.filter_map { |kind, name| "*#{name}" if kind == :rest }
  { positional: kinds.filter_map { |kind, name| name if %i[req opt].include?(kind) } + rest,
    options: kinds.filter_map { |kind, name| name if %i[key keyreq].include?(kind) } }
end

operations = (Amino::Client.public_instance_methods - Object.public_instance_methods).to_h do |name|
  ["client.#{name}", describe(Amino::Client.instance_method(name))]
end
connect = describe(Amino.method(:connect))
operations["connect"] = connect.merge(options: describe(Amino::Client.instance_method(:initialize))[:options])
operations["reference_of"] = describe(Amino.method(:reference_of))
operations["stub.with_options"] = { positional: [], options: Amino::CallOptions.members }
constants = Amino.constants.map { |name| Amino.const_get(name) }
structs = constants.select { |kind| kind.is_a?(Class) && kind < Struct && kind != Amino::CallOptions }
descriptions = structs.to_h { |kind| [kind.name.delete_prefix("Amino::"), kind.members] }
puts JSON.generate({ operations: operations, descriptions: descriptions })
