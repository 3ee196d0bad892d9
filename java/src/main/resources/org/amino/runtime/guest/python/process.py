"""What a guest finds where a program finds its process: things of its own, and refusals as exceptions of Python.

The engine's own denials end the call without `except` and `finally`: a lock that the object holds would stay locked. So each
denied function of a built-in module is replaced before code of the artifact can have it; the library's modules (`os`, `threading`,
`socket`) take them from there. A module is changed when it is first imported, for most objects import none of them.
"""


def _amino_prelude(host, amino):
    import sys

    NOBODY = 65534
    ROOT = "/artifact"
    NO_PROCESS = "an object has no process of its own"
    READ_ONLY = "an artifact is read-only"
    WHOLE_PATHS = "name files by their whole path"
    # Taken once: nothing that a guest can look into leads to `host`.
    threads, network, io, environment = [host.allows(name) for name in ("threads", "network", "io", "env")]
    waiting = {}

    class Refusal:
        """Stands where a built-in function was; no descriptor, as that was none, so a class may hold it."""

        __slots__ = ("kind", "message", "__name__")

        def __init__(self, name, kind, message):
            self.__name__ = name
            self.kind = kind
            self.message = message

        def __call__(self, *args, **named):
            raise self.kind(self.message)

    def refuse(module, what, names, kind=PermissionError, remedy=NO_PROCESS):
        for name in names.split():
            if hasattr(module, name):
                setattr(module, name, Refusal(name, kind, f"a guest may not {what}: {remedy}"))

    def allowed_by(permission):
        return f"the kernel's operator may allow it (--allow {permission})"

    class Changed:
        """The loader of a module that is changed once it has been executed."""

        def __init__(self, loader, change):
            self.loader = loader
            self.change = change

        def __getattr__(self, name):
            return getattr(self.loader, name)

        def create_module(self, spec):
            return self.loader.create_module(spec)

        def exec_module(self, module):
            module.__loader__ = module.__spec__.loader = self.loader
            self.loader.exec_module(module)
            self.change(module)

    class Finder:
        """Finds each module that waits for a change, once, as it would be found without this."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            change = waiting.pop(name, None)
            if change is None:
                return None
            for finder in sys.meta_path:
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    spec.loader = Changed(spec.loader, change)
                    return spec
            return None

    def when_imported(name, change):
        """Changes a module, now or when it is imported."""
        module = sys.modules.get(name)
        if module is None:
            before = waiting.get(name)
            waiting[name] = change if before is None else lambda module: (before(module), change(module))
        else:
            change(module)

    def own_process(posix):
        refuse(posix, "start a program", "system execv")
        refuse(posix, "send signals", "kill killpg")
        refuse(posix, "end its process", "_exit", remedy="an object ends by being deleted")
        refuse(posix, "join process groups", "getpgid getpgrp getsid setpgid setpgrp setsid")
        refuse(posix, "open terminals or pipes", "openpty pipe")
        refuse(posix, "change how a descriptor blocks", "set_blocking")
        posix.getpid = lambda: 1
        posix.getppid = lambda: 0
        posix.getuid = posix.getgid = lambda: NOBODY
        if not environment:
            posix.environ[b"HOME"] = ROOT.encode()
        if not io:
            own_files(posix)

    def own_files(posix):
        fspath = posix.fspath

        def chdir(path):
            text = "" if isinstance(path, int) else fspath(path)
            if text not in (ROOT, ROOT + "/", ".", ROOT.encode()):
                raise PermissionError(f"a guest may not leave its working directory {ROOT}: {WHOLE_PATHS}")

        posix.chdir = chdir
        refuse(posix, "leave its working directory", "fchdir", remedy=WHOLE_PATHS)
        refuse(posix, "change a file's owner or times", "chown fchown lchown utime", remedy=READ_ONLY)

    def own_signals(signal):
        refuse(signal, "send signals or be sent them", "alarm setitimer raise_signal set_wakeup_fd siginterrupt")
        # What libraries expect of a program that does not own its main thread.
        refuse(signal, "take signals", "signal", kind=ValueError)

    def own_users(pwd):
        entry = pwd.struct_passwd(("guest", "x", NOBODY, NOBODY, "", ROOT, ""))

        def find(key):
            if key not in ("guest", NOBODY):
                raise KeyError(f"a guest knows no user but its own, not {key!r}")
            return entry

        pwd.getpwuid = pwd.getpwnam = find
        pwd.getpwall = lambda: [entry]

    class Sleep:
        """Waits for a lock that nobody opens: the engine's own sleep can be interrupted only if its seconds are a whole number."""

        def __init__(self):
            import _thread

            self.closed = _thread.allocate_lock()
            self.closed.acquire()

        def __call__(self, seconds):
            if not seconds >= 0:
                raise ValueError("sleep length must be non-negative")
            self.closed.acquire(True, seconds)

    def own_clock(time):
        time.sleep = Sleep()

    def no_exit_hooks(atexit):
        # Libraries register such functions when they are imported. None ever runs, so none is kept.
        atexit.register = lambda function, *args, **named: function

    def no_children(module):
        refuse(module, "start processes", "_spawn_context _waittid _terminate_spawned_thread")

    def no_threads(thread):
        refuse(thread, "send signals", "interrupt_main")
        if not threads:
            refuse(thread, "start threads", "start_new_thread start_new", kind=RuntimeError, remedy=allowed_by("threads"))

    def no_sockets(module):
        remedy = allowed_by("network")
        refuse(module, "ask for addresses", "getaddrinfo getnameinfo gethostbyname gethostbyname_ex gethostbyaddr", remedy=remedy)
        refuse(module, "use the network", "getservbyname getservbyport dup close", remedy=remedy)

        class socket(module.socket):
            """Cannot be made."""

            __slots__ = ()

            def __init__(self, *args, **named):
                raise PermissionError(f"a guest may not open sockets: {allowed_by('network')}")

        module.socket = module.SocketType = socket

    class Pause:
        """A `select` of nothing but time."""

        def __call__(self, readers, writers, others, timeout=None):
            if readers or writers or others or timeout is None:
                raise PermissionError(f"a guest may not wait for files or sockets: {allowed_by('network')}")
            import time

            time.sleep(max(0, timeout))
            return [], [], []

    def no_select(select):
        select.select = Pause()

    when_imported("posix", own_process)
    when_imported("_signal", own_signals)
    when_imported("pwd", own_users)
    when_imported("time", own_clock)
    when_imported("atexit", no_exit_hooks)
    when_imported("_thread", no_threads)
    when_imported("_locale", lambda locale: locale.setlocale(locale.LC_ALL, "C"))
    when_imported("_posixsubprocess", lambda module: refuse(module, "start a program", "fork_exec"))
    when_imported("_multiprocessing_graalpy", no_children)
    if not network:
        when_imported("_socket", no_sockets)
        when_imported("select", no_select)
    sys.meta_path.insert(0, Finder)
    amino.when_imported = when_imported


globals().pop("_amino_prelude")
