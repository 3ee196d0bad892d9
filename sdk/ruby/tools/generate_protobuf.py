"""Makes the Ruby modules of `proto/` anew, or checks that the committed ones are up to date (`--check`).

protoc as pip ships it has no Ruby generator, and Debian's writes a form that newer google-protobuf gems no longer read; a
serialized descriptor is read by all of them, so this program writes that.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2

ROOT = Path(__file__).resolve().parents[3]
TARGET = ROOT / "sdk" / "ruby" / "lib" / "amino" / "pb"
SOURCES = ["amino/v1/common.proto", "amino/v1/client.proto"]
HEADER = "# frozen_string_literal: true\n\n# Generated from `proto/` by `sdk/ruby/tools/generate_protobuf.py`. Not edited by hand.\n\n"


def descriptors() -> list[descriptor_pb2.FileDescriptorProto]:
    """The files that the SDK uses, each after those it imports."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "descriptors"
        command = [
            sys.executable,
            "-m",
            "grpc_tools.protoc",
            f"-I{ROOT / 'proto'}",
            f"--descriptor_set_out={path}",
            "--include_imports",
            *SOURCES,
        ]
        subprocess.run(command, check=True)
        return list(descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file)


def literal(data: bytes) -> str:
    """A Ruby string literal of the bytes, 120 characters a line."""
    text = "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\#' else f"\\x{byte:02x}" for byte in data)
    lines: list[str] = []
    while text:
        cut = min(len(text), 112)
        # An escape stays whole: it starts at most three characters before the cut.
        escape = text.rfind("\\", max(0, cut - 3), cut)
        if escape >= 0 and cut < len(text):
            cut = escape
        lines.append(f'  "{text[:cut]}"')
        text = text[cut:]
    return " \\\n".join(lines)


def messages(file: descriptor_pb2.FileDescriptorProto) -> str:
    """The module with the messages and enumerations of one file."""
    imports = "".join(f'require_relative "{Path(name).stem}_pb"\n' for name in file.dependency)
    lines = [HEADER, 'require "google/protobuf"\n', imports, "\n"]
    lines.append(f"Google::Protobuf::DescriptorPool.generated_pool.add_serialized_file((\n{literal(file.SerializeToString())}\n).b)\n\n")
    lines.append("module Amino\n  module Pb\n    pool = Google::Protobuf::DescriptorPool.generated_pool\n")
    lines += [f'    {message.name} = pool.lookup("{file.package}.{message.name}").msgclass\n' for message in file.message_type]
    lines += [f'    {enumeration.name} = pool.lookup("{file.package}.{enumeration.name}").enummodule\n' for enumeration in file.enum_type]
    lines.append("  end\nend\n")
    return "".join(lines)


def services(file: descriptor_pb2.FileDescriptorProto) -> str:
    """The module with the services of one file and their stubs."""
    lines = [HEADER, 'require "grpc"\n', f'require_relative "{Path(file.name).stem}_pb"\n\n', "module Amino\n  module Pb\n"]
    for service in file.service:
        lines.append(
            f"    # {file.package}.{service.name}\n    module {service.name}\n      class Service\n        include GRPC::GenericService\n\n"
        )
        lines.append("        self.marshal_class_method = :encode\n        self.unmarshal_class_method = :decode\n")
        lines.append(f'        self.service_name = "{file.package}.{service.name}"\n\n')
        for method in service.method:
            request, response = (name.rsplit(".", 1)[1] for name in (method.input_type, method.output_type))
            request = f"stream({request})" if method.client_streaming else request
            response = f"stream({response})" if method.server_streaming else response
            lines.append(f"        rpc :{method.name}, {request}, {response}\n")
        lines.append("      end\n\n      Stub = Service.rpc_stub_class\n    end\n")
    lines.append("  end\nend\n")
    return "".join(lines)


def generate() -> dict[str, str]:
    """File names and texts of the whole folder."""
    texts: dict[str, str] = {}
    for file in descriptors():
        texts[f"{Path(file.name).stem}_pb.rb"] = messages(file)
        if file.service:
            texts[f"{Path(file.name).stem}_services_pb.rb"] = services(file)
    return texts


def main() -> None:
    """Entry point."""
    texts = generate()
    if "--check" in sys.argv:
        stale = [name for name, text in texts.items() if not (TARGET / name).exists() or (TARGET / name).read_text() != text]
        if stale:
            raise SystemExit(f"stale: {', '.join(stale)}; run python sdk/ruby/tools/generate_protobuf.py")
        return
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (TARGET / name).write_text(text)


if __name__ == "__main__":
    main()
