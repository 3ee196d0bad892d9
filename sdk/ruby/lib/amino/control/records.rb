# frozen_string_literal: true

module Amino
  # A method that an object offers. `arity` is −1 where it is unknown; `property` says whether it reads or sets a property.
  Member = Struct.new(:name, :arity, :required, :read_only, :parameters, :doc, :property, keyword_init: true)

  # A deployment manager of an object, with its settings.
  Manager = Struct.new(:name, :settings, keyword_init: true)

  # A replica of an object and the kernel it is on. `path` is `"0"` for the first one; `"0.2"` is the third one of the first group.
  Replica = Struct.new(:path, :kernel, :address, :role, keyword_init: true)

  # The description of an object. `status` is :creating, :active, :lost, :asleep or :unknown; `loss` says what becomes of a lost object:
  # :gone, :recovering, :awaits_kernel, or nil. `expires` is when an object without a name is removed; nil: it stays until it is deleted.
  # `chosen_class` is the class that was named when it was registered; empty: its kernel found the class by looking.
  # `kind` is the kind that it was made of when it was asked for by its key; empty for every other object. `select` is text, such as
  # `"region in (eu, us)"`. `restarted_from`, in the answer to a restart, is :saved (state that its deployment managers have saved),
  # :copy (that a kernel has kept), :anew, or nil. `warnings` are what the author of its class should know, such as variables that its
  # code changes and that are no part of its state. `answer_age` is in seconds: all was so that long ago, or later; 0: it was current.
  # `answer_source` is the process that gave an answer that is not current: `oms <address>`, which stands by, or `kernel <id>`.
  ObjectDescription = Struct.new(
    :id, :name, :class_of, :class_name, :language, :entry, :artifact, :status, :generation, :epoch, :members, :deployment_managers, :labels,
    :replicas, :concurrent, :own_context, :idle, :created, :doc, :maker, :expires, :loss, :kind, :chosen_class,
    :select, :args, :kwargs, :warnings, :restarted_from, :answer_age, :answer_source, keyword_init: true
  )

  # A kind of objects: what one is made of when somebody asks for it by its key.
  KindDescription = Struct.new(
    :name, :language, :entry, :artifact, :generation, :deployment_managers, :labels, :key_argument, :concurrent, :own_context, :idle,
    :changed, :class_name, :select, :args, :kwargs, :maker, keyword_init: true
  )

  # A kernel as its host's labels and load describe it.
  KernelDescription = Struct.new(:id, :address, :labels, :languages, :alive, :objects, :load, :version, :incarnation, keyword_init: true)

  # The items of `Client#watch`: `kind` is `:put`, `:delete` or `:synced` (all that existed has been sent; no object).
  WatchEvent = Struct.new(:kind, :object, :revision)

  # A line that an object (its id and name) printed, or its kernel about it; `kernel` is the id of the kernel that has the line.
  LogLine = Struct.new(:object, :name, :level, :text, :time, :kernel)

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
      # @param origin [Symbol, nil] in the answer to a restart
      # @param age [Pb::Age, nil] of the answer that it came in
      def object(record, origin = nil, age: nil)
        interface = record.interface || Pb::Interface.new
        spec = record.spec || Pb::ObjectSpec.new
        status = record.status || Pb::ObjectStatus.new
        ObjectDescription.new(
          id: record.id, name: record.name, class_of: spec.class_of, class_name: interface.name, language: spec.artifact&.language,
          entry: spec.artifact&.entry, artifact: spec.artifact&.[]("hash"), status: symbol(status.state, "OBJECT_STATE_") || :unknown,
          generation: spec.generation, epoch: status.epoch, members: interface.members.map { |found| member(found) },
          deployment_managers: spec.deployment_managers.map { |found| manager(found) }, labels: spec.labels.to_h,
          replicas: status.replicas.map { |found| replica(found) }, concurrent: spec.concurrent, own_context: spec.own_context,
          idle: spec.idle_ms / 1000.0,
          created: time(record.created_ms), doc: interface.doc, maker: record.maker,
          expires: (time(record.expires_ms) if record.expires_ms.positive?), loss: symbol(status.loss, "LOSS_"),
          kind: spec.kind, chosen_class: spec.artifact&.class_name, **construction(spec),
          warnings: interface.warnings.to_a, restarted_from: origin && symbol(origin, "ORIGIN_"),
          answer_age: (age&.ms || 0) / 1000.0, answer_source: age&.source.to_s
        ).freeze
      end

      # @param spec [Pb::ObjectSpec]
      def construction(spec)
        {
          select: Selector.text(spec.selector), args: decoded(spec.constructor_args) || [], kwargs: decoded(spec.constructor_kwargs) || {}
        }
      end

      def decoded(bytes) = bytes.empty? ? nil : Values::Codec.new.decode(bytes)

      # @param message [Pb::DeploymentManagerSpec]
      def manager(message)
        Manager.new(name: message.name, settings: decoded(message.config) || {}).freeze
      end

      # @param record [Pb::KindRecord]
      def kind(record)
        spec = record.spec
        KindDescription.new(
          name: record.name, language: spec.artifact.language, entry: spec.artifact.entry, artifact: spec.artifact["hash"],
          generation: spec.generation, deployment_managers: spec.deployment_managers.map { |found| manager(found) },
          labels: spec.labels.to_h, key_argument: record.key_argument, concurrent: spec.concurrent, own_context: spec.own_context,
          idle: spec.idle_ms / 1000.0, changed: time(record.changed_ms), class_name: spec.artifact.class_name, maker: record.maker,
          **construction(spec)
        ).freeze
      end

      # @param message [Pb::Replica]
      def replica(message)
        Replica.new(path: message.path, kernel: message.kernel_id, address: message.endpoints&.grpc.to_s, role: message.role).freeze
      end

      # @param record [Pb::KernelRecord]
      def kernel(record)
        KernelDescription.new(
          id: record.id, address: record.endpoints&.grpc, labels: record.labels.to_h, languages: record.languages.to_a,
          alive: record.alive, objects: record.objects, load: record.load, version: record.version, incarnation: record.incarnation
        ).freeze
      end

      # @param response [Pb::WatchResponse]
      def event(response)
        WatchEvent.new(symbol(response.kind, "KIND_"), response.object && object(response.object), response.revision).freeze
      end

      # @param response [Pb::LogsResponse]
      def log_line(response)
        written = time(response.time_ms)
        LogLine.new(response.object_id, response.object_name, response.level, response.text, written, response.kernel_id).freeze
      end

      # @param message [Pb::Member]
      def member(message)
        Member.new(
          name: message.name, arity: message.arity, required: message.required, read_only: message.read_only,
          parameters: message.parameters.to_a, doc: message.doc, property: message.property
        ).freeze
      end

      # @return [Symbol, nil] nil: nothing is said
      def symbol(constant, prefix)
        found = constant.to_s.delete_prefix(prefix).downcase.to_sym
        found unless found == :unspecified
      end

      def time(milliseconds) = Time.at(0, milliseconds, :millisecond, in: "UTC")
    end
  end
end
