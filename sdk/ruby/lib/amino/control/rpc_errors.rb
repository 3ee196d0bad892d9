# frozen_string_literal: true

module Amino
  module Control
    # Errors inside protobuf messages and gRPC statuses.
    module RpcErrors
      ANOTHER = "it is another service (kernels and the OMS have ports of their own) or of another version"

      module_function

      # The error behind a failed RPC.
      # @param error [GRPC::BadStatus]
      # @param who [String] who did not answer, for the message
      def from_status(error, who, codec)
        detail = error.metadata[Protocol::Metadata::ERROR]
        return from_message(Pb::Error.decode(detail), codec) if detail

        case error
        when GRPC::Unavailable then unavailable(error, who)
        when GRPC::DeadlineExceeded then DeadlineExceeded.new("#{who} did not answer in time")
        # What this process gives up itself ends as UnderWay::GivenUp.
        when GRPC::Cancelled
          KernelUnavailable.new("#{who} stopped before it had answered (#{error.details}). Is it running? `amino up` starts one.")
        when GRPC::Unimplemented then FrameInvalid.new("#{who} does not know this request: #{ANOTHER}", outcome: :not_run)
        when GRPC::PermissionDenied, GRPC::Unauthenticated then PermissionDenied.new("#{who} refused: #{error.details}")
        # An answer that is too long is told so, too, and then the request has been carried out.
        when GRPC::ResourceExhausted then Overloaded.new("#{who} refused: #{error.details}", outcome: :unknown)
        else InternalError.new("#{who} failed: #{error.details}")
        end
      end

      # gRPC says so when no connection came about: the request has not left this process.
      def unavailable(error, who)
        text = error.details.to_s
        unresolved = text.match?(/errors resolving|DNS resolution failed/)
        outcome = unresolved || text.include?("failed to connect to all addresses") ? :not_run : :unknown
        reason = if text.include?("Connection refused") then "connection refused" else unresolved ? "no host has that name" : text end
        KernelUnavailable.new("#{who} does not answer (#{reason}). Is it running? `amino up` starts one.", outcome: outcome)
      end

      def hop_of(hop)
        file = hop.file.empty? ? nil : hop.file
        Hop.new(hop.language, hop.object_id, hop.name.empty? ? nil : hop.name, hop.member, file, hop.line.zero? ? nil : hop.line)
      end

      # @param message [Pb::Error]
      def from_message(message, codec)
        details = message.details.empty? ? {} : codec.decode(message.details)
        cause = message.cause && from_message(message.cause, codec)
        # A number that this version has no name for comes as a number.
        number = message.outcome.is_a?(Symbol) ? Pb::Outcome.resolve(message.outcome) : message.outcome
        outcome = Values.outcome_of(number)
        errors = message.errors.map { |member| from_message(member, codec) }
        parts = { type: message.type, stack: message.stack, details: details, cause: cause, outcome: outcome, errors: errors }
        Error.for_code(message.code).new(message.message, **parts, hop: message.hop && hop_of(message.hop))
      end
    end
  end
end
