# SPDX-License-Identifier: GPL-3.0-or-later
"""PipeWire servers for the tests, without a sound card, in nobody's way: each has a folder of its own
for its socket and its configuration, and what would be a sound card is a client. With a session
manager if asked (WirePlumber, on a D-Bus of its own): programs like pw-cat have no ports without one.

As long as a server is there all programs that a test starts find it, and PipeWire's libjack in place
of JACK's, as under pw-jack: so the hand and the sounds of JACK work on it too.

Run as a program, this is the sound card.
"""
import ctypes
import itertools
import os
import signal
import subprocess
import sys

LIBJACK = '/usr/$LIB/pipewire-0.3/jack'            # as pw-jack has it


def be_the_sound_card():
    lib = ctypes.CDLL('libjack.so.0')
    lib.jack_client_open.restype = ctypes.c_void_p
    lib.jack_port_register.restype = ctypes.c_void_p
    client = ctypes.c_void_p(lib.jack_client_open(b'system', 3, None, sys.argv[1].encode()))
    physical = 4
    for kind, flag in (('playback', 1), ('capture', 2)):
        for number in (1, 2):
            lib.jack_port_register(client, f'{kind}_{number}'.encode(),
                                   b'32 bit float mono audio', ctypes.c_ulong(flag | physical),
                                   ctypes.c_ulong(0))
    lib.jack_activate(client)
    print('ready', flush=True)
    sys.stdin.read()


if __name__ == '__main__':
    be_the_sound_card()
    sys.exit()

from jack_house import until                       # noqa: E402

CONFIGURATION = '''
context.properties = {{
    core.name = "{name}" support.dbus = false
    default.clock.rate = {rate} default.clock.allowed-rates = [ {rates} ]
    default.clock.quantum = {block} default.clock.min-quantum = 16
    default.clock.max-quantum = 8192 vm.overrides = {{ default.clock.min-quantum = 16 }}
}}
'''
SPEAKERS = '''
context.objects = [
    { factory = adapter args = {
        factory.name = support.null-audio-sink node.name = speakers media.class = Audio/Sink
        audio.position = [ FL FR ] object.linger = true } }
]
'''
numbers = itertools.count()


class Server:
    """A pipewire, on a timer."""

    def __init__(self, case, block=256, rate=48000, manager=False, card=True, waits=True):
        del waits    # jackd's alone: PipeWire never waits for a client that has died
        self.manager, self.card = manager, card
        self.driver = self.dummy(rate, block)
        self.name = f'wideberth-{os.getpid()}-{next(numbers)}'
        self.folder = case.folder / self.name
        self.folder.mkdir(0o700)
        self.drop_in = self.folder / 'config/pipewire/pipewire.conf.d'
        self.drop_in.mkdir(parents=True)
        self.processes = []
        before = dict(os.environ)

        def restore():
            os.environ.clear()
            os.environ.update(before)
        case.addCleanup(restore)
        os.environ.update(XDG_RUNTIME_DIR=str(self.folder), HOME=str(self.folder),
                          XDG_CONFIG_HOME=str(self.folder / 'config'),
                          XDG_STATE_HOME=str(self.folder / 'state'), PIPEWIRE_REMOTE=self.name,
                          LD_LIBRARY_PATH=LIBJACK)
        self.start()

    @staticmethod
    def dummy(rate, block):
        return rate, block

    def launch(self, *words, **keywords):
        with open(self.folder / 'server.log', 'ab') as log:
            process = subprocess.Popen(words, stderr=log, **{'stdin': subprocess.DEVNULL,
                                                             'stdout': log, **keywords})
        self.processes.append(process)
        return process

    @staticmethod
    def run(*words):
        return subprocess.run(words, capture_output=True, text=True, timeout=20)

    def said(self):
        return (self.folder / 'server.log').read_text(errors='replace')

    def start(self):
        """Also after kill() and stop()."""
        rate, block = self.driver
        rates = ' '.join(map(str, sorted({44100, 48000, rate})))
        (self.drop_in / 'test.conf').write_text(
            CONFIGURATION.format(name=self.name, block=block, rate=rate, rates=rates) +
            (SPEAKERS if self.manager else ''))
        self.daemon = self.launch('pipewire')
        until(lambda: self.run('pw-cli', 'info', '0').returncode == 0, self.said, every=0.05)
        if self.manager:
            self.start_manager()
        elif self.card:
            self.start_card()

    def start_card(self):
        card = self.launch(sys.executable, os.path.abspath(__file__), self.name,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with card.stdout:
            if card.stdout.readline() != b'ready\n':
                raise AssertionError(self.said())
        until(lambda: 'system:capture_2' in self.ports(), self.said)

    def start_manager(self):
        bus = self.launch('dbus-daemon', '--session', '--nofork', '--print-address',
                          stdout=subprocess.PIPE)
        with bus.stdout:
            os.environ['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().decode().strip()
        self.launch('wireplumber')
        until(lambda: 'speakers:playback_FR' in self.ports() and self.default_sink(), self.said)

    def finish(self, number):
        self.daemon.send_signal(number)
        self.daemon.wait(timeout=20)
        self.end()                                 # the clients of ours

    def kill(self):
        self.finish(signal.SIGKILL)

    def stop(self):
        """As a user would."""
        self.finish(signal.SIGTERM)

    def end(self):
        for process in reversed(self.processes):
            if process.stdin:
                process.stdin.close()
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
            process.wait()
        self.processes.clear()

    # ---- what PipeWire's own tools say and do ----

    def default_sink(self):
        return '"speakers"' in self.run('pw-metadata', '0', 'default.audio.sink').stdout

    def ports(self):
        return self.run('pw-link', '-io').stdout.splitlines()

    def links(self):
        """{(output, input)}"""
        pairs, port = set(), ''
        for line in self.run('pw-link', '-l').stdout.splitlines():
            word, _, other = line.strip().partition(' ')
            if word == '|->':
                pairs.add((port, other))
            elif word == '|<-':
                pairs.add((other, port))
            else:
                port = line.strip()
        return pairs

    def link(self, output, port):
        done = self.run('pw-link', output, port)
        if done.returncode:
            raise AssertionError(f'{output} -> {port}: {done.stderr}{self.ports()}')

    def unlink(self, output, port):
        self.run('pw-link', '-d', output, port)

    def setting(self, key, value):
        self.run('pw-metadata', '-n', 'settings', '0', key, str(value))
