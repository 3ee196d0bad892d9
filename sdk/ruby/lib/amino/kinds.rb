# frozen_string_literal: true

require_relative "control/selector"
require_relative "lengths"

module Amino
  # The part of a client that registers kinds of objects, and finds or makes their objects.
  module Kinds
    # Seconds to make an object: a cold language takes its time.
    MAKING = 180
    private_constant :MAKING

    # Registers a kind of objects, each of which `get_or_create` makes when somebody asks for it by its key. A kind that is there as asked
    # for stays as it is, so every start of a program may register its kinds. The class is evaluated when the first object is made.
    # @param source [String, Pathname] the file, or the folder, with the class
    # @param name [String] the object of a key is named `<name>/<key>`
    # @param language, entry, class_name, deployment_managers, select, labels, concurrent, own_context, idle see register
    # @param args [Array] for the constructor, unless `get_or_create` gives others
    # @param kwargs [Hash] likewise
    # @param key_argument [Boolean] whether the constructor gets the key as its first argument, before the others
    # @param replace [Boolean] whether a kind that differs is changed, for the objects that are made from now on
    # @return [KindDescription]
    # @raise [Amino::NameTaken] there is such a kind that differs
    # @raise [Amino::ArtifactInvalid, Amino::ChainInvalid, Amino::Error]
    def register_kind(source, name, language: nil, entry: nil, class_name: nil, args: [], kwargs: {}, key_argument: false,
                      deployment_managers: [], select: nil, labels: {}, concurrent: false, own_context: false, replace: false, idle: 0)
      idle_ms = Lengths.milliseconds(idle, :idle)
      spec = Pb::ObjectSpec.new(
        artifact: put_artifact(source, language, entry, class_name),
        deployment_managers: Array(deployment_managers).flat_map { |manager| specifications(manager) },
        selector: Control::Selector.build(select), labels: labels.to_h { |key, value| [key.to_s, value.to_s] },
        constructor_args: codec.encode_array(args), constructor_kwargs: codec.encode_map(kwargs),
        concurrent: concurrent, own_context: own_context, idle_ms: idle_ms
      )
      kind = Pb::KindRecord.new(name: name, spec: spec, key_argument: key_argument)
      request = Pb::RegisterKindRequest.new(kind: kind, replace: replace, request_id: SecureRandom.uuid)
      Control::Records.kind(home.rpc(:register_kind, request).kind)
    end

    # The stub of the object of a kind and a key. If there is none it is made: one of many callers at once makes it, and all get it. A lost
    # object that nothing brings back by itself is made anew, without its state, as by `restart`.
    # @param kind [String]
    # @param key [String, Symbol, Integer]
    # @param args [Array] for the constructor if it is made now; none: those of the kind
    # @param kwargs [Hash] likewise
    # @return [Stub]
    # @raise [Amino::NameNotFound] there is no such kind
    # @raise [Amino::GuestException] the constructor raised it
    def get_or_create(kind, key, *args, kwargs: {})
      request = Pb::GetOrCreateRequest.new(kind: kind, key: key.to_s, request_id: SecureRandom.uuid)
      unless args.empty? && kwargs.empty?
        request.args = codec.encode_array(args)
        request.kwargs = codec.encode_map(kwargs)
      end
      stub_from(home.rpc(:get_or_create, request, timeout: MAKING).object)
    end

    # @param prefix [String] of the names
    # @return [Array<KindDescription>]
    def kinds(prefix = "")
      found = []
      loop do
        after = found.empty? ? "" : found.last.name
        page = home.rpc(:list_kinds, Pb::ListKindsRequest.new(prefix: prefix, after: after))
        found.concat(page.kinds.map { |kind| Control::Records.kind(kind) })
        return found unless page.more
      end
    end

    # Removes a kind. Its objects stay, and `get_or_create` finds them as before, but makes no more of them.
    # @param name [String]
    # @return [nil]
    # @raise [Amino::NameNotFound] there is no such kind
    def remove_kind(name)
      home.rpc(:delete_kind, Pb::DeleteKindRequest.new(name: name, request_id: SecureRandom.uuid))
      nil
    end
  end
end
