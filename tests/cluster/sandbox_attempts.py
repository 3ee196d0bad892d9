"""What a guest may not do by default, in each language. What works natively is tried there, too: an attempt must be able to succeed."""

from __future__ import annotations

from dataclasses import dataclass

PROBERS = {
    "js": """
module.exports = class Prober {
  async attempt(code) { return String(await eval(code)); }
  ping() { return 'pong'; }
};
""",
    "python": """
class Prober:
    def attempt(self, code):
        space = {}
        exec(code, space)
        return str(space["result"])

    def ping(self):
        return "pong"
""",
    "ruby": """
class Prober
  def attempt(code)
    eval(code).to_s
  end

  def ping
    'pong'
  end
end
""",
}


@dataclass(frozen=True)
class Attempt:
    """Code for `Prober.attempt`.

    `{file}`, `{script}`, `{new}` and `{port}` stand for a text and a script of the host, a path to write to, and a port that listens there.
    `native`: whether the same code works outside the sandbox.
    """

    language: str
    name: str
    code: str
    native: bool = True

    def __str__(self) -> str:
        return f"{self.language}-{self.name}"


PYTHON = (
    ("read a file", "result = open('{file}').read()"),
    ("read a file upwards", "result = open('../../../../../../..{file}').read()"),
    ("read a file by its descriptor", "import os; result = os.read(os.open('{file}', os.O_RDONLY), 100)"),
    ("map a file", "import mmap; f = open('{file}', 'rb'); result = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)[:]"),
    ("list the root", "import os; result = os.listdir('/')"),
    ("walk upwards", "import os; os.chdir('/'); result = os.listdir('.')"),
    ("write a file", "result = open('{new}', 'w').write('x')"),
    ("make a folder", "import os; result = os.mkdir('{new}')"),
    ("make a link", "import os; result = os.symlink('{file}', '{new}')"),
    ("connect", "import socket; result = socket.create_connection(('127.0.0.1', {port}), 5)"),
    ("listen", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); result = s.listen()"),
    ("fetch a page", "import urllib.request; result = urllib.request.urlopen('http://127.0.0.1:{port}/', timeout=5).status"),
    ("run a program", "import subprocess; result = subprocess.run(['true'], check=True)"),
    ("run a shell", "import os; result = os.system('true')\nif result: raise OSError('no shell')"),
    ("fork", "import os; result = os.fork()\nif result == 0: os._exit(0)"),
    ("call C", "import ctypes; result = ctypes.CDLL(None).getpid()"),
    ("start a thread", "import threading; t = threading.Thread(target=print); t.start(); result = t.join()"),
)
PYTHON_ONLY = (
    ("read a file through the artifact", "result = open('/artifact/../{file}').read()"),
    ("kill", "import os, signal; result = os.kill(os.getpid(), signal.SIGKILL)"),
    ("kill by a signal", "import signal; result = signal.raise_signal(signal.SIGKILL)"),
    ("leave", "import os; os._exit(1)"),
    ("exit", "import sys; sys.exit(1)"),
    ("write into the artifact", "result = open('/artifact/new.py', 'w').write('x')"),
    ("a class of the JVM", "import java; result = java.type('java.lang.System').getProperty('user.home')"),
    ("a class of the JVM by import", "from java.lang import System; result = System.getenv()"),
    ("another language", "import polyglot; result = polyglot.eval(language='js', string='1 + 1')"),
    ("another language's file", "import polyglot; result = polyglot.eval(language='js', path='{file}')"),
)
JS = (
    ("require a file", "require('{script}')"),
    ("require a file upwards", "require('../../../../../../../../..{script}')"),
    ("import a file", "import('{script}')"),
    ("import a file by its address", "import('file://{script}')"),
    ("read a file", "require('fs').readFileSync('{file}', 'utf8')"),
    ("list the root", "require('fs').readdirSync('/')"),
    ("write a file", "require('fs').writeFileSync('{new}', 'x')"),
    ("connect", "require('net').connect({port}, '127.0.0.1').end()"),
    ("fetch a page", "fetch('http://127.0.0.1:{port}/').catch(() => null)"),
    ("run a program", "require('child_process').execSync('true')"),
    ("start a thread", "new (require('worker_threads').Worker)('0', {{ eval: true }}).terminate()"),
    ("the process", "process.memoryUsage()"),
)
JS_ONLY = (
    ("a class of the JVM", "Java.type('java.lang.System').getProperty('user.home')"),
    ("a package of the JVM", "Packages.java.lang.System.getenv()"),
    ("a package of the JVM by its name", "java.lang.System.exit(1)"),
    ("another language", "Polyglot.eval('python', '1 + 1')"),
    ("another language's names", "Polyglot.import('x')"),
    ("load a file", "load('{file}')"),
    ("read a file as a shell does", "read('{file}')"),
    ("the engine", "Graal.versionGraalVM"),
    ("the host through a function of the runtime", "amino.get.constructor('return this')().Java.type('java.io.File')"),
    ("leave", "quit(1)"),
    ("exit", "exit(1)"),
)
RUBY = (
    ("read a file", "File.read('{file}')"),
    ("read a file by IO", "IO.read('{file}')"),
    ("read lines", "IO.readlines('{file}')"),
    ("open a file", "File.open('{file}').read"),
    ("open a file by its descriptor", "IO.for_fd(IO.sysopen('{file}')).read"),
    ("read a file upwards", "File.open('../../../../../../..{file}').read"),
    ("size of a file", "File.size('{file}')"),
    ("list the root", "Dir.children('/')"),
    ("look about", "Dir.open('/').to_a"),
    ("write a file", "File.write('{new}', 'x')"),
    ("make a folder", "Dir.mkdir('{new}')"),
    ("make a link", "File.symlink('{file}', '{new}')"),
    ("connect", "require 'socket'; TCPSocket.new('127.0.0.1', {port})"),
    ("listen", "require 'socket'; TCPServer.new('127.0.0.1', 0)"),
    ("fetch a page", "require 'net/http'; Net::HTTP.get_response('127.0.0.1', '/', {port}).code"),
    ("run a program", "`true`"),
    ("run a shell", "system('true') or raise 'no shell'"),
    ("spawn", "Process.wait(Process.spawn('true'))"),
    ("fork", "Process.wait(fork {{ exit! }})"),
    ("pipe", "IO.popen(['true']).read"),
    ("call C", "require 'fiddle'; Fiddle.dlopen(nil)['getpid']"),
    ("system call", "syscall(39)"),
    ("start a thread", "Thread.new {{ 1 }}.value"),
)
RUBY_ONLY = (
    ("kill", "Process.kill(:KILL, Process.pid)"),
    ("leave", "exit!(1)"),
    ("exit", "exit(1)"),
    ("a class of the JVM", "Java.type('java.lang.System').getProperty('user.home')"),
    ("another language", "Polyglot.eval('js', '1 + 1')"),
    ("another language's file", "Polyglot.eval_file('js', '{file}')"),
    ("the runtime's own way to C", "Truffle::POSIX.getpid"),
    ("memory", "Truffle::FFI::Pointer.new(4096).read_int"),
    ("the loader that was put aside", "Kernel.amino_original_load('{file}')"),
    ("the library's native part", "require 'etc'; Etc.getpwnam('root').dir"),
)
ATTEMPTS = [
    *(Attempt("python", *each) for each in PYTHON),
    *(Attempt("python", *each, native=False) for each in PYTHON_ONLY),
    *(Attempt("js", *each) for each in JS),
    *(Attempt("js", *each, native=False) for each in JS_ONLY),
    *(Attempt("ruby", *each) for each in RUBY),
    *(Attempt("ruby", *each, native=False) for each in RUBY_ONLY),
]
LOOPS = {
    "js": ("for (;;) {}", "new Promise(() => {})", "Array(2 ** 28).fill(1).sort()"),
    "python": ("while True: pass", "for _ in iter(int, 1): str(_)"),
    "ruby": ("while true; end", "loop {}", "begin; loop {}; ensure; puts 'ended'; end"),
}
"""Code that does not end by itself, and can be ended inside the process."""
