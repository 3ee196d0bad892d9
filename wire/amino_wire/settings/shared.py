"""The settings that a kernel and the object management service have alike."""

from __future__ import annotations

from amino_wire.settings.declaration import Setting

HOST = Setting("host", "text", "127.0.0.1", "address to listen on; other than loopback needs `insecure`", "--host")
INSECURE = Setting(
    "insecure", "switch", False, "allow an address other than loopback although nothing is encrypted or authenticated", "--insecure"
)
LOG_LEVEL = Setting(
    "log_level",
    "text",
    "info",
    "least level that is logged: debug, info, warning, error",
    "--log-level",
    choices=("debug", "info", "warning", "error"),
)
LOG_FORMAT = Setting("log_format", "text", "console", "form of a log line: console or json", "--log-format", choices=("console", "json"))
