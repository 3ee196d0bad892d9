# frozen_string_literal: true

module Amino
  # A method that an object offers. `arity` is −1 where it is unknown.
  Member = Struct.new(:name, :arity, :required, :read_only, :parameters, :doc, keyword_init: true)

  # Where a copy of an object is.
  Replica = Struct.new(:number, :kernel, :role, keyword_init: true)

  # What the cluster knows of an object.
  ObjectDescription = Struct.new(
    :id, :name, :class_name, :class_of, :language, :doc, :members, :deployment_managers, :labels, :epoch, :status, :replicas, :artifact,
    :concurrent, :created, keyword_init: true
  )

  # A kernel as its host's labels and load describe it.
  KernelDescription = Struct.new(:id, :address, :labels, :languages, :alive, :objects, :load, :version, keyword_init: true)

  # What `Client#watch` yields: `kind` is `:put`, `:delete` or `:synced` (what existed has been sent; no object).
  WatchEvent = Struct.new(:kind, :object, :revision)

  # A line that an object (its id and name) or its kernel wrote.
  LogLine = Struct.new(:object, :name, :level, :text, :time)

  # What `Client#move` answers: the object as it is now, and the paths of state that could not be moved.
  MoveResult = Struct.new(:object, :lost)

  module Control
    # Makes the descriptions above of protobuf messages.
    module Records
      module_function

      # @param record [Pb::ObjectRecord]
      def object(record)
        interface = record.interface || Pb::Interface.new
        ObjectDescription.new(
          id: record.id, name: record.name, class_name: interface.name, class_of: record.class_of, language: record.artifact&.language,
          doc: interface.doc, members: interface.members.map { |found| member(found) },
          deployment_managers: record.deployment_managers.map(&:name), labels: record.labels.to_h, epoch: record.epoch,
          status: symbol(record.status, "OBJECT_STATUS_"), artifact: record.artifact&.to_h, concurrent: record.concurrent,
          replicas: record.replicas.map { |found| Replica.new(number: found.number, kernel: found.kernel_id, role: found.role) },
          created: time(record.created_ms)
        ).freeze
      end

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
          parameters: message.parameters.to_a, doc: message.doc
        ).freeze
      end

      def symbol(constant, prefix) = constant.to_s.delete_prefix(prefix).downcase.to_sym

      def time(milliseconds) = Time.at(0, milliseconds, :millisecond, in: "UTC")
    end
  end
end
