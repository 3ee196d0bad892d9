# frozen_string_literal: true

module Amino
  module Control
    # Errors inside protobuf messages and gRPC statuses.
    module RpcErrors
      METADATA_KEY = "amino-error-bin"
      private_constant :METADATA_KEY

      module_function

      # The error behind a failed RPC.
      # @param error [GRPC::BadStatus]
      # @param who [String] who did not answer, for the message
      def from_status(error, who, codec)
        detail = error.metadata[METADATA_KEY]
        return from_message(Pb::Error.decode(detail), codec) if detail

        case error
        when GRPC::Unavailable
          KernelUnavailable.new("#{who} does not answer (#{error.details}). Is it running? `amino up` starts one.")
        when GRPC::DeadlineExceeded then DeadlineExceeded.new("#{who} did not answer in time")
        when GRPC::Cancelled then Cancelled.new("the request to #{who} was cancelled")
        when GRPC::Unimplemented then InternalError.new("#{who} does not know this request. Is it of the same version?")
        when GRPC::PermissionDenied, GRPC::Unauthenticated then PermissionDenied.new("#{who} refused: #{error.details}")
        when GRPC::ResourceExhausted then Overloaded.new("#{who} refused: #{error.details}")
        else InternalError.new("#{who} failed: #{error.details}")
        end
      end

      # @param message [Pb::Error]
      def from_message(message, codec)
        details = message.details.empty? ? {} : codec.decode(message.details)
        cause = message.cause && from_message(message.cause, codec)
        Error.for_code(message.code).new(message.message, type: message.type, stack: message.stack, details: details, cause: cause)
      end
    end
  end
end
