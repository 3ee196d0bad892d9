# frozen_string_literal: true

require "pathname"
require_relative "control/artifact"
require_relative "control/selector"
require_relative "lengths"

module Amino
  # The part of a client that registers classes (Amino paper, section III.B, steps 1 and 2).
  module Registration
    LANGUAGES = {
      ".js" => "js", ".mjs" => "js", ".cjs" => "js", ".rb" => "ruby", ".py" => "python", ".bc" => "llvm", ".wasm" => "wasm",
      ".jar" => "java", ".class" => "java"
    }.freeze
    # Seconds to evaluate a class: a cold language takes its time.
    REGISTRATION = 180
    private_constant :LANGUAGES, :REGISTRATION

    # Registers a class under a name, and makes its first instance.
    # @param source [String, Pathname] the file, or the folder, with the class
    # @param name [String] under which clients find the object, and under which further ones are made
    # @param language [String, nil] js, ruby, python, llvm, wasm or java; nil: by the file's ending
    # @param entry [String, nil] the file inside the folder to begin with, or the class for java
    # @param class_name [String, nil] where the entry has several classes
    # @param args [Array] for the constructor
    # @param kwargs [Hash] for the constructor
    # @param deployment_managers [Array<String, Hash>] such as `["Retry", { "LeaseCaching" => { lease: 10 } }]`, the first outermost
    # @param select [Hash, Array, nil] which kernels will do; see Control::Selector
    # @param labels [Hash] of the object
    # @param concurrent [Boolean] whether its calls may run at the same time
    # @param own_context [Boolean] whether it has a context of its own
    # @param replace [Boolean] whether an object of that name gives it up and is deleted. Deployment managers, labels, select and idle
    #   that are nil stay as that object has them, and so does its label `application` unless `labels` names another or is empty
    # @param discard_state [Boolean] whether the object is replaced although a deployment manager holds its saved state, which is deleted
    # @param idle [Numeric, Duration] seconds without a call after which the object goes to sleep, until the next call; 0: never;
    #   nil: never, or with replace as the old object. Only with a deployment manager that saves each call
    # @return [Stub]
    # @raise [Amino::NameTaken, Amino::StateHeld, Amino::ArtifactInvalid, Amino::Error]
    def register(source, name, language: nil, entry: nil, class_name: nil, args: [], kwargs: {}, deployment_managers: nil, select: nil,
                 labels: nil, concurrent: false, own_context: false, replace: false, discard_state: false, idle: nil)
      idle_ms = idle && Lengths.milliseconds(idle, :idle)
      request = Pb::RegisterRequest.new(
        name: name, artifact: put_artifact(source, language, entry, class_name),
        deployment_managers: Array(deployment_managers).flat_map { |manager| specifications(manager) },
        selector: Control::Selector.build(select), labels: (labels || {}).to_h { |key, value| [key.to_s, value.to_s] },
        args: codec.encode_array(args), kwargs: codec.encode_map(kwargs), concurrent: concurrent, own_context: own_context,
        request_id: SecureRandom.uuid, replace: replace, discard_state: discard_state, idle_ms: idle_ms,
        no_deployment_managers: !deployment_managers.nil?, no_labels: labels == {}
      )
      stub_from(home.rpc(:register, request, timeout: REGISTRATION).object)
    end

    # Changes the deployment managers of an object.
    # @param target [String, Stub] name, id or stub
    # @param deployment_managers [Array] see register
    # @return [AttachResult]
    def attach(target, deployment_managers)
      specs = deployment_managers.flat_map { |manager| specifications(manager) }
      request = Pb::AttachRequest.new(name_or_id: name_of(target), deployment_managers: specs, request_id: SecureRandom.uuid)
      response = home.rpc(:attach, request, timeout: REGISTRATION)
      AttachResult.new(Control::Records.object(response.object), response.pending_kernels.to_a).freeze
    end

    private

    # Uploads an artifact; the kernel keeps it by its hash.
    # @return [Pb::Artifact]
    def put_artifact(path, language, entry, class_name)
      path = Pathname(path)
      packed = Control::Artifact.pack(path)
      language ||= language_of(path, entry)
      artifact = Pb::Artifact.new(
        hash: packed.hash_hex, language: language, size: packed.size, class_name: class_name.to_s,
        entry: entry || (path.file? ? path.basename.to_s : "")
      )
      parts = [Pb::PutArtifactRequest.new(artifact: artifact)].each + packed.chunks.map { |chunk| Pb::PutArtifactRequest.new(chunk: chunk) }
      home.put_artifact(parts, timeout: REGISTRATION).artifact
    end

    def language_of(path, entry)
      LANGUAGES.fetch(File.extname(entry || path.to_s).downcase) do
        raise ArgumentInvalid, "the language of #{path} cannot be told by its name; give language: (#{LANGUAGES.values.uniq.join(", ")})"
      end
    end

    def specifications(manager)
      named = manager.is_a?(Hash) ? manager : { manager.to_s => {} }
      named.map { |name, config| Pb::DeploymentManagerSpec.new(name: name.to_s, config: codec.encode_map(config, name.to_s)) }
    end
  end
end
