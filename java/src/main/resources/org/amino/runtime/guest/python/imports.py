"""Modules that are not there: the error of an import says why, and how to have the module."""


def _amino_prelude(host, amino):
    import sys

    ZONES = "/usr/share/zoneinfo"
    PAGE = "docs/guests.md says what there is"
    NATIVE = "it has parts in native code, which objects may run only where the kernel's operator says so (--allow native)"

    def reason(error):
        """Why a module cannot be imported; empty where the error says so itself."""
        if "native access is not allowed" in str(error) or isinstance(error, SystemError):
            return NATIVE
        name = error.name or ""
        top = name.partition(".")[0]
        if not isinstance(error, ModuleNotFoundError) or not top or top in sys.modules:
            return ""
        if top in sys.stdlib_module_names:
            return "this part of Python's library is not in the sandbox"
        return f"it is neither in the artifact nor in Python's library; put it into the folder that you register (pip install --target FOLDER {top})"

    def text_of(error):
        """The text of an exception."""
        text = str(error)
        if isinstance(error, SystemError) and "IsolateNativeModules" in text:
            # The engine loads such modules into one context of a process.
            text = "a module that is imported here needs native code"
        elif not isinstance(error, ImportError):
            return text
        why = reason(error)
        return f"{text.rstrip('.')}: {why}; {PAGE}" if why else text

    def with_zones(zoneinfo):
        # The engine names no folder of time zones, and `tzdata` is no package of the artifact.
        zoneinfo.reset_tzpath(to=[ZONES])

    amino.when_imported("zoneinfo", with_zones)
    # The engine ends the call at its import; now the library's `crypt` refuses itself.
    sys.modules["_crypt"] = None
    amino.text_of = text_of


globals().pop("_amino_prelude")
