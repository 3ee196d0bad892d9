"""What a guest finds of its process, by the rows of the table of docs/security.md: its own, or a refusal that it can catch."""

from __future__ import annotations

from dataclasses import dataclass

PROBERS = {
    "js": """
module.exports = class Prober {
  constructor() { this.seen = []; this.held = false; }
  async attempt(code) {
    this.held = true;
    try { return String(await (0, eval)(code)); } catch (error) { this.seen.push(error.name); throw error; } finally { this.held = false; }
  }
  trail() { return [this.held, ...this.seen.splice(0)]; }
};
""",
    "python": """
import contextlib
import threading

class Prober:
    def __init__(self):
        self.seen = []
        self.lock = threading.Lock()

    def attempt(self, code):
        space = {}
        with self.lock:
            try:
                exec(code, space)
                return str(space["result"])
            except BaseException as error:
                self.seen.append(type(error).__name__)
                raise
            finally:
                space.clear()

    def trail(self):
        seen, self.seen = self.seen, []
        return [self.lock.locked(), *seen]
""",
    "ruby": """
class Prober
  def initialize
    @seen = []
    @held = false
  end

  def attempt(code)
    @held = true
    eval(code).to_s
  rescue Exception => e
    @seen << e.class.name
    raise
  ensure
    @held = false
  end

  def trail
    seen = @seen
    @seen = []
    [@held, *seen]
  end
end
""",
}


@dataclass(frozen=True)
class Thing:
    """Code for `Prober.attempt`, and what it gives; where it is refused, the name of the exception that it ends with."""

    language: str
    row: str
    code: str
    expected: str
    refused: bool = False

    def __str__(self) -> str:
        return f"{self.language}: {self.code[:70]}"


INPUT, FOLDER, ENVIRONMENT, NUMBERS, HOME, PLACE = (
    "standard input",
    "working directory",
    "environment",
    "process id, user",
    "home",
    "locale, time zone",
)
SIGNALS, EXIT, PROGRAMS, THREADS, SOCKETS = "signals", "exit, exit hooks", "other programs", "threads", "sockets, pipes"
ROWS = (INPUT, FOLDER, ENVIRONMENT, NUMBERS, HOME, PLACE, SIGNALS, EXIT, PROGRAMS, THREADS, SOCKETS)

PYTHON_OWN = (
    (INPUT, "import sys; result = [sys.stdin.read(), sys.stdin.readline(), open(0, closefd=False).read()]", "['', '', '']"),
    (INPUT, "import os; result = os.read(0, 10)", "b''"),
    (FOLDER, "import os, pathlib; result = [os.getcwd(), str(pathlib.Path.cwd())]", "['/artifact', '/artifact']"),
    (FOLDER, "import os; os.chdir('/artifact'); result = os.getcwd()", "/artifact"),
    (ENVIRONMENT, "import os; result = [os.environ['HOME'], os.getenv('PATH')]", "['/artifact', None]"),
    (ENVIRONMENT, "import os; os.environ['OWN'] = '1'; result = os.getenv('OWN')", "1"),
    (NUMBERS, "import os; result = [os.getpid(), os.getppid(), os.getuid(), os.getgid()]", "[1, 0, 65534, 65534]"),
    (NUMBERS, "import getpass; result = getpass.getuser()", "guest"),
    (NUMBERS, "import os, socket; result = [os.uname().nodename, socket.gethostname()]", "['', '']"),
    (HOME, "import os, pathlib; result = [os.path.expanduser('~'), str(pathlib.Path.home())]", "['/artifact', '/artifact']"),
    (HOME, "import pwd; result = pwd.getpwuid(65534).pw_dir", "/artifact"),
    (PLACE, "import locale; result = [locale.setlocale(locale.LC_ALL), locale.getencoding()]", "['C', 'utf-8']"),
    (PLACE, "import time; result = [time.timezone, time.localtime().tm_zone]", "[0, 'UTC']"),
    (SIGNALS, "import signal; result = signal.getsignal(signal.SIGTERM).name", "SIG_DFL"),
    (EXIT, "import atexit; result = [atexit.register(print) is print, atexit._ncallbacks()]", "[True, 0]"),
    (PROGRAMS, "import sys; result = [sys.argv, sys.executable]", "[[], '']"),
    (THREADS, "import asyncio\nasync def f(): return await asyncio.to_thread(lambda: 3)\nresult = asyncio.run(f())", "3"),
    (SOCKETS, "import selectors; result = selectors.SelectSelector().select(0)", "[]"),
    (SOCKETS, "import ssl; result = type(ssl.create_default_context()).__name__", "SSLContext"),
)
PYTHON_REFUSED = (
    (INPUT, "input()", "EOFError"),
    (FOLDER, "import os; os.chdir('/')", "PermissionError"),
    (FOLDER, "import os; os.chdir('helpers')", "PermissionError"),
    (FOLDER, "import os; os.chown('/artifact', 0, 0)", "PermissionError"),
    (FOLDER, "import os; os.utime('/artifact')", "PermissionError"),
    (NUMBERS, "import os; os.setsid()", "PermissionError"),
    (NUMBERS, "import pwd; pwd.getpwnam('root')", "KeyError"),
    (SIGNALS, "import os; os.kill(os.getppid(), 0)", "PermissionError"),
    (SIGNALS, "import signal; signal.signal(signal.SIGTERM, print)", "ValueError"),
    (SIGNALS, "import signal; signal.alarm(1)", "PermissionError"),
    (SIGNALS, "import signal; signal.setitimer(signal.ITIMER_REAL, 1)", "PermissionError"),
    (SIGNALS, "import signal; signal.raise_signal(signal.SIGCHLD)", "PermissionError"),
    (SIGNALS, "import _thread; _thread.interrupt_main()", "PermissionError"),
    (EXIT, "import os; os._exit(1)", "PermissionError"),
    (EXIT, "import sys; sys.exit(1)", "SystemExit"),
    (PROGRAMS, "import os; os.system('true')", "PermissionError"),
    (PROGRAMS, "import os; os.popen('true').read()", "PermissionError"),
    (PROGRAMS, "import os; os.execv('/bin/true', ['true'])", "PermissionError"),
    (PROGRAMS, "import subprocess; subprocess.run(['true'])", "PermissionError"),
    (PROGRAMS, "import multiprocessing; multiprocessing.Process(target=print).start()", "PermissionError"),
    (PROGRAMS, "import asyncio\nasync def f(): await asyncio.create_subprocess_exec('true')\nasyncio.run(f())", "NotImplementedError"),
    (THREADS, "import threading; threading.Thread(target=print).start()", "RuntimeError"),
    (THREADS, "import threading; threading.Timer(1, print).start()", "RuntimeError"),
    (THREADS, "import _thread; _thread.start_new_thread(print, ())", "RuntimeError"),
    (THREADS, "from concurrent.futures import ThreadPoolExecutor; ThreadPoolExecutor(1).submit(print)", "RuntimeError"),
    (THREADS, "import multiprocessing.pool; multiprocessing.pool.ThreadPool(1)", "RuntimeError"),
    (SOCKETS, "import os; os.openpty()", "PermissionError"),
    (SOCKETS, "import os; os.pipe()", "PermissionError"),
    (SOCKETS, "import socket; socket.socket()", "PermissionError"),
    (SOCKETS, "import socket; socket.socketpair()", "PermissionError"),
    (SOCKETS, "import socket; socket.getaddrinfo('localhost', 80)", "PermissionError"),
    (SOCKETS, "import select; select.select([0], [], [])", "PermissionError"),
    (SOCKETS, "import asyncio\nasync def f(): await asyncio.open_connection('127.0.0.1', 9)\nasyncio.run(f())", "PermissionError"),
)
RUBY_OWN = (
    (INPUT, "[$stdin.read, STDIN.gets, gets, readlines, ARGF.read].inspect", '["", nil, nil, [], ""]'),
    (FOLDER, "[Dir.pwd, Dir.getwd, File.expand_path('x')].inspect", '["/artifact", "/artifact", "/artifact/x"]'),
    (ENVIRONMENT, "[ENV['HOME'], ENV['PATH'], (ENV['OWN'] = '1'), ENV['OWN']].inspect", '[nil, nil, "1", "1"]'),
    (ENVIRONMENT, "require 'pp'; [1].pretty_inspect.strip", "[1]"),
    (NUMBERS, "[Process.pid, Process.ppid, Process.uid, Process.egid].inspect", "[1, 0, 65534, 65534]"),
    (HOME, "[Dir.home, File.expand_path('~')].inspect", '["/artifact", "/artifact"]'),
    (PLACE, "[Encoding.default_external, Time.now.utc_offset].inspect", "[#<Encoding:UTF-8>, 0]"),
    (EXIT, "END { 1 }; [at_exit { 1 }, Kernel.at_exit { 1 }].map(&:class).uniq.inspect", "[Proc]"),
    (PROGRAMS, "[$PROGRAM_NAME, ARGV].inspect", '["-", []]'),
    (THREADS, "[Mutex.new.synchronize { 1 }, Queue.new.pop(timeout: 0)].inspect", "[1, nil]"),
)
RUBY_REFUSED = (
    (INPUT, "$stdin.readline", "EOFError"),
    (FOLDER, "Dir.chdir('/')", "SecurityError"),
    (FOLDER, "File.open('/artifact/object.rb', 'w')", "SecurityError"),
    (NUMBERS, "Process.setsid", "SecurityError"),
    (NUMBERS, "require 'etc'; Etc.getpwnam('root')", "ArgumentError"),
    (SIGNALS, "trap('TERM') {}", "SecurityError"),
    (SIGNALS, "Signal.trap('TERM') {}", "SecurityError"),
    (SIGNALS, "Process.kill(0, Process.ppid)", "SecurityError"),
    (EXIT, "exit(1)", "SystemExit"),
    (EXIT, "abort", "SystemExit"),
    (EXIT, "exit!(1)", "SecurityError"),
    (EXIT, "Process.exit!(1)", "SecurityError"),
    (PROGRAMS, "system('true')", "SecurityError"),
    (PROGRAMS, "`true`", "SecurityError"),
    (PROGRAMS, "spawn('true')", "SecurityError"),
    (PROGRAMS, "exec('true')", "SecurityError"),
    (PROGRAMS, "fork {}", "SecurityError"),
    (PROGRAMS, "IO.popen(['true'])", "SecurityError"),
    (PROGRAMS, "open('|true')", "SecurityError"),
    (PROGRAMS, "require 'fiddle'", "LoadError"),
    (THREADS, "Thread.new { 1 }", "SecurityError"),
    (THREADS, "Thread.start { 1 }", "SecurityError"),
    (THREADS, "Thread.exit", "SecurityError"),
    (THREADS, "Thread.current.kill", "SecurityError"),
    (THREADS, "Fiber.new { 1 }.resume", "SecurityError"),
    (THREADS, "[1].each.next", "SecurityError"),
    (SOCKETS, "IO.pipe", "SecurityError"),
    (SOCKETS, "require 'socket'; TCPSocket.new('127.0.0.1', 9)", "SecurityError"),
)
JS_OWN = (
    (
        FOLDER,
        "import('nowhere').catch((e) => `${e instanceof Error} ${e.name} ${String(e)}`)",
        "true Error Error: Cannot find module '/nowhere' imported from /artifact/object.js",
    ),
    (PLACE, "[new Intl.NumberFormat().resolvedOptions().locale, (1234.5).toLocaleString()]", "en-US,1,234.5"),
    (PLACE, "[new Date().getTimezoneOffset(), new Date(0).getHours()]", "0,0"),
)
JS_REFUSED = (
    (INPUT, "readline()", "ReferenceError"),
    (INPUT, "process.stdin.read()", "ReferenceError"),
    (FOLDER, "process.cwd()", "ReferenceError"),
    (FOLDER, "import('file:///etc/hostname')", "Error"),
    (ENVIRONMENT, "process.env.PATH", "ReferenceError"),
    (NUMBERS, "process.pid", "ReferenceError"),
    (HOME, "require('os').homedir()", "ReferenceError"),
    (SIGNALS, "process.on('SIGTERM', () => {})", "ReferenceError"),
    (EXIT, "process.exit(1)", "ReferenceError"),
    (EXIT, "quit(1)", "ReferenceError"),
    (PROGRAMS, "require('child_process').execSync('true')", "ReferenceError"),
    (THREADS, "new Worker('x')", "ReferenceError"),
    (THREADS, "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)", "TypeError"),
    (SOCKETS, "fetch('http://127.0.0.1:9/')", "ReferenceError"),
    (SOCKETS, "import('http://127.0.0.1:9/x.js')", "Error"),
)
WASM_IMPORTS = {
    INPUT: "fd_read",
    FOLDER: "path_open",
    ENVIRONMENT: "environ_get",
    NUMBERS: "getpid",
    HOME: "fd_prestat_dir_name",
    PLACE: "clock_time_get",
    SIGNALS: "proc_raise",
    EXIT: "proc_exit",
    PROGRAMS: "args_get",
    THREADS: "sched_yield",
    SOCKETS: "sock_send",
}
"""What a module would have to import of an operating system; `getpid` has no name in WASI."""
NATIVE_ROWS = {
    "llvm": [INPUT, FOLDER, ENVIRONMENT, NUMBERS, HOME],
    "java": [INPUT, FOLDER, ENVIRONMENT, NUMBERS, HOME, PROGRAMS, THREADS, SOCKETS],
}
"""What `test_native_process.py` shows of code that has the rights of the process."""
THINGS = [
    Thing(language, *each, refused)
    for language, refused, cases in (
        ("python", False, PYTHON_OWN),
        ("python", True, PYTHON_REFUSED),
        ("ruby", False, RUBY_OWN),
        ("ruby", True, RUBY_REFUSED),
        ("js", False, JS_OWN),
        ("js", True, JS_REFUSED),
    )
    for each in cases
]
OWN = [thing for thing in THINGS if not thing.refused]
REFUSED = [thing for thing in THINGS if thing.refused]
