# frozen_string_literal: true

require_relative "lib/amino/version"

Gem::Specification.new do |spec|
  spec.name = "amino"
  spec.version = Amino::VERSION
  spec.summary = "Client of Amino: objects in JavaScript, Ruby, Python, C and Java, called from Ruby on any host."
  spec.authors = ["The Amino authors"]
  spec.license = "Apache-2.0"
  spec.required_ruby_version = ">= 3.1"
  spec.files = Dir["{lib,sig}/**/*", "README.md", "LICENSE"]
  spec.add_dependency "google-protobuf", ">= 3.21"
  spec.add_dependency "grpc", ">= 1.51"
  spec.add_dependency "msgpack", ">= 1.4"
end
