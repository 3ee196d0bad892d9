# frozen_string_literal: true

module Amino
  # A method that an object offers. `arity` is −1 where it is unknown; `property` says whether it reads or sets a property.
  Member = Struct.new(:name, :arity, :required, :read_only, :parameters, :doc, :property, keyword_init: true)

  # A replica of an object and the kernel it is on. `path` is `"0"` for the first one; `"0.2"` is the third one of the first group.
  Replica = Struct.new(:path, :kernel, :role, keyword_init: true)

  # The description of an object.
  ObjectDescription = Struct.new(
    :id, :name, :class_name, :class_of, :language, :doc, :members, :deployment_managers, :labels, :generation, :epoch, :status, :replicas,
    :artifact, :concurrent, :created, keyword_init: true
  )

  # A kind of objects: what one is made of when somebody asks for it by its key.
  KindDescription = Struct.new(
    :name, :language, :entry, :artifact, :generation, :deployment_managers, :labels, :key_argument, :concurrent, :changed,
    keyword_init: true
  )

  # A kernel as its host's labels and load describe it.
  KernelDescription = Struct.new(:id, :address, :labels, :languages, :alive, :objects, :load, :version, keyword_init: true)

  # The items of `Client#watch`: `kind` is `:put`, `:delete` or `:synced` (all that existed has been sent; no object).
  WatchEvent = Struct.new(:kind, :object, :revision)

  # A line that an object (its id and name) or its kernel wrote.
  LogLine = Struct.new(:object, :name, :level, :text, :time)

  # The answer of `Client#move`: the object as it is now, and the paths of state that could not be moved.
  MoveResult = Struct.new(:object, :lost)

  # The answer of `Client#attach`: the object as it is now, and the ids of its kernels that have not applied the new chain yet. The OMS
  # repeats the chain to them until they have.
  AttachResult = Struct.new(:object, :pending)

  # The answer of `Client#explain`: a chain of deployment managers and its replica tree, as text and as values.
  Explanation = Struct.new(:text, :tree)

  module Control
    # Makes the descriptions above of protobuf messages.
    module Records
      module_function

      # @param record [Pb::ObjectRecord]
      def object(record)
        interface = record.interface || Pb::Interface.new
        spec = record.spec || Pb::ObjectSpec.new
        status = record.status || Pb::ObjectStatus.new
        ObjectDescription.new(
          id: record.id, name: record.name, class_name: interface.name, class_of: spec.class_of, language: spec.artifact&.language,
          doc: interface.doc, members: interface.members.map { |found| member(found) },
          deployment_managers: spec.deployment_managers.map(&:name), labels: spec.labels.to_h, generation: spec.generation,
          epoch: status.epoch, status: symbol(status.state, "OBJECT_STATE_"), artifact: spec.artifact&.to_h, concurrent: spec.concurrent,
          replicas: status.replicas.map { |found| replica(found) }, created: time(record.created_ms)
        ).freeze
      end

      # @param record [Pb::KindRecord]
      def kind(record)
        spec = record.spec
        KindDescription.new(
          name: record.name, language: spec.artifact.language, entry: spec.artifact.entry, artifact: spec.artifact["hash"],
          generation: spec.generation, deployment_managers: spec.deployment_managers.map(&:name), labels: spec.labels.to_h,
          key_argument: record.key_argument, concurrent: spec.concurrent, changed: time(record.changed_ms)
        ).freeze
      end

      # @param message [Pb::Replica]
      def replica(message) = Replica.new(path: message.path, kernel: message.kernel_id, role: message.role).freeze

      # @param record [Pb::KernelRecord]
      def kernel(record)
        KernelDescription.new(
          id: record.id, address: record.endpoints&.grpc, labels: record.labels.to_h, languages: record.languages.to_a,
          alive: record.alive, objects: record.objects, load: record.load, version: record.version
        ).freeze
      end

      # @param response [Pb::WatchResponse]
      def event(response)
        WatchEvent.new(symbol(response.kind, "KIND_"), response.object && object(response.object), response.revision).freeze
      end

      # @param response [Pb::LogsResponse]
      def log_line(response)
        LogLine.new(response.object_id, response.object_name, response.level, response.text, time(response.time_ms)).freeze
      end

      # @param message [Pb::Member]
      def member(message)
        Member.new(
          name: message.name, arity: message.arity, required: message.required, read_only: message.read_only,
          parameters: message.parameters.to_a, doc: message.doc, property: message.property
        ).freeze
      end

      def symbol(constant, prefix) = constant.to_s.delete_prefix(prefix).downcase.to_sym

      def time(milliseconds) = Time.at(0, milliseconds, :millisecond, in: "UTC")
    end
  end
end
