#!/usr/bin/env bash
# Closing a channel of grpc.aio ends tasks that wait for an answer on it as if they had been cancelled; no supervisor hears of it.
#
# Version: the Python package grpcio 1.85.3.
# Guess: a call whose channel is closed by another task ends with an AioRpcError, such as CANCELLED or UNAVAILABLE, as it does where the
#   server ends.
# Behaviour: it ends with asyncio.CancelledError, although nobody has cancelled its task (`cancelling()` is 0). `except grpc.RpcError` and
#   `except Exception` pass it on, the task counts as cancelled, and an asyncio.TaskGroup around it ends without any error.
#   Where the server ends instead, the same call raises AioRpcError with UNAVAILABLE.
# In Amino: a kernel whose address changes closes its channels while its signs of life wait on them; what waits tells such an end from a
#   real cancellation by `cancelling()` (`kernel/amino_kernel/links/closed_channels.py`).
# Needs: Python 3.11 or newer.
set -euo pipefail

PINNED=1.85.3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check "grpcio==$PINNED"
cat > "$folder/show.py" <<'PY'
import asyncio

import grpc
import grpc.aio


async def never(request, context):
    await asyncio.Event().wait()


async def serve():
    server = grpc.aio.server()
    handler = grpc.unary_unary_rpc_method_handler(never)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("s.S", {"Ask": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


async def waiting(seen):
    """A channel whose one call waits for an answer; its task notes how the call ends."""
    server, port = await serve()
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
    await channel.channel_ready()

    async def ask():
        try:
            await channel.unary_unary("/s.S/Ask")(b"")
        except Exception as error:
            seen.append(type(error).__name__)
        except asyncio.CancelledError:
            seen.append(f"CancelledError, cancelling {asyncio.current_task().cancelling()}")
            raise

    return server, channel, ask


async def main():
    seen = []
    server, channel, ask = await waiting(seen)
    task = asyncio.create_task(ask())
    await asyncio.sleep(0.3)
    await server.stop(0)
    await asyncio.wait({task})
    print("the server ends:", seen, "- task cancelled:", task.cancelled())
    first = (list(seen), task.cancelled())
    await channel.close()

    seen.clear()
    server, channel, ask = await waiting(seen)
    raised = "nothing"
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(ask())
            await asyncio.sleep(0.3)
            await channel.close()
    except BaseException as error:
        raised = type(error).__name__
    print("the channel is closed:", seen, "- task cancelled:", task.cancelled(), "- the group raised:", raised)
    second = (list(seen), task.cancelled(), raised)
    await server.stop(0)
    assert first == (["AioRpcError"], False), first
    assert second == (["CancelledError, cancelling 0"], True, "nothing"), second
    print("as found")


asyncio.run(main())
PY
"$folder/venv/bin/python" "$folder/show.py"
