# SPDX-License-Identifier: GPL-3.0-or-later
"""JACK servers for the tests, a hand that patches them, and wideberth among their clients.

Each server has a name of its own, so none is in the way of another. One that was killed leaves a
slot of JACK's registry taken until a server of the same name ends well: Server.end() sees to that.

Run as a program, this is the hand: a JACK client that does what lines on its input say.
"""
import ctypes
import fcntl
import itertools
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

DRIVER = os.environ.get('WIDEBERTH_TEST_DRIVER', 'jack')     # what `Case` runs on
PATIENCE = 30     # seconds until something that should happen counts as never happening
NAMES = 'wideberth-test-'
REGISTRY = '/dev/shm/jack-shm-registry'
numbers = itertools.count()


def until(condition, what, patience=PATIENCE, every=0.02):
    """Waits until condition() is true, and returns what it returned."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'never happened: {what() if callable(what) else what}')
        time.sleep(every)


# ---- the hand ------------------------------------------------------------------


class Hand:
    """A client that has ports, patches, and moves the transport: one process, one line a call."""

    def __init__(self, server, name='hand', inputs=0, outputs=0, slow=0, latency=0):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), server, name, str(inputs), str(outputs),
             str(slow), str(latency)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        if self.process.stdout.readline() != 'ready\n':
            raise AssertionError(f'{name}: no client of {server}')

    def call(self, *words):
        self.process.stdin.write('\t'.join(map(str, words)) + '\n')
        answer = self.process.stdout.readline().rstrip('\n')
        if not answer.startswith('ok'):
            raise AssertionError(f'{words}: {answer or "the client is gone"}')
        return answer.split('\t')[1:]

    def ports(self):
        return self.call('ports')

    def connections(self, port):
        return sorted(self.call('connections', port))

    def connects(self, source, sink):
        """Whether they are connected now; a client that is just coming may not be ready for it."""
        try:
            self.call('connect', source, sink)
        except AssertionError:
            return False
        return True

    def latency(self, port, kind):
        """Longest, in frames; kind: capture or playback."""
        return int(self.call('latency', port, kind)[0])

    def where(self):
        """(state of the transport, frame)"""
        state, frame = self.call('where')
        return state, int(frame)

    def end(self):
        """Closes the client, as a program that ends does."""
        time.sleep(0.1)    # PipeWire's clients go at once, and the mixer looks every 20 ms
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:      # libjack hangs on a dead server
                self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def kill(self):
        time.sleep(0.1)
        self.process.kill()
        self.process.wait()


class Jack:
    """What the hand does, inside its process."""

    STATES = ('stopped', 'rolling', 'looping', 'starting')
    INPUT, OUTPUT = 1, 2
    AUDIO = b'32 bit float mono audio'

    class Position(ctypes.Structure):
        _pack_ = 1
        _fields_ = [('unique', ctypes.c_uint64), ('usecs', ctypes.c_uint64),
                    ('rate', ctypes.c_uint32), ('frame', ctypes.c_uint32),
                    ('rest', ctypes.c_byte * 256)]

    class Range(ctypes.Structure):
        _fields_ = [('min', ctypes.c_uint32), ('max', ctypes.c_uint32)]

    def __init__(self, server, name, inputs, outputs, slow, latency):
        self.lib = ctypes.CDLL('libjack.so.0')
        for function, result in (('jack_client_open', ctypes.c_void_p),
                                 ('jack_port_by_name', ctypes.c_void_p),
                                 ('jack_port_register', ctypes.c_void_p),
                                 ('jack_get_ports', ctypes.POINTER(ctypes.c_char_p)),
                                 ('jack_port_get_all_connections',
                                  ctypes.POINTER(ctypes.c_char_p))):
            getattr(self.lib, function).restype = result
        status = ctypes.c_int()
        opened = self.lib.jack_client_open(name.encode(), 1 | 2 | 4, ctypes.byref(status),
                                           server.encode())
        if not opened:
            sys.exit(f'status {status.value:#x}')
        self.client = ctypes.c_void_p(opened)
        self.outputs = []
        for count, flag, word in ((inputs, self.INPUT, 'in'), (outputs, self.OUTPUT, 'out')):
            for number in range(1, count + 1):
                port = self.lib.jack_port_register(self.client, f'{word}_{number}'.encode(),
                                                   self.AUDIO, ctypes.c_ulong(flag),
                                                   ctypes.c_ulong(0))
                if flag == self.OUTPUT:
                    self.outputs.append(ctypes.c_void_p(port))
        self.frames = latency
        self.on_latency = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p)(self.report)
        if latency:
            self.lib.jack_set_latency_callback(self.client, self.on_latency, None)
        self.calls = slow
        self.on_sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p,
                                        ctypes.c_void_p)(self.sync)
        if slow:
            self.lib.jack_set_sync_callback(self.client, self.on_sync, None)
            self.lib.jack_set_sync_timeout(self.client, ctypes.c_uint64(60000000))
        # Without a process callback a client with a connected output holds up all that come after
        # it in JACK 2. Python is too slow for one: a function of C that returns 0 for any block.
        self.lib.jack_set_process_callback(self.client, ctypes.CDLL(None).iswdigit, None)
        self.lib.jack_activate(self.client)

    def report(self, mode, _):
        if mode == 0:
            for port in self.outputs:
                self.lib.jack_port_set_latency_range(
                    port, mode, ctypes.byref(self.Range(self.frames, self.frames)))

    def sync(self, *_):
        """Lets the transport wait for so many calls, once."""
        self.calls = max(self.calls - 1, 0)
        return self.calls == 0

    def port(self, name):
        """On PipeWire what is there is not seen at once."""
        end = time.monotonic() + (2 if DRIVER == 'pipewire' else 0)
        while not (port := self.lib.jack_port_by_name(self.client, name.encode())):
            if time.monotonic() < end:
                time.sleep(0.01)
                continue
            raise LookupError(f'no port {name}')
        return ctypes.c_void_p(port)

    @staticmethod
    def names(found):
        return [name.decode() for name in itertools.takewhile(bool, found)] if found else []

    def check(self, status):
        if status not in (0, 17):                  # EEXIST
            raise OSError(f'status {status}')

    def ports(self):
        return self.names(self.lib.jack_get_ports(self.client, None, None, ctypes.c_ulong(0)))

    def connections(self, name):
        return self.names(self.lib.jack_port_get_all_connections(self.client, self.port(name)))

    def connect(self, source, sink):
        for name in source, sink:
            self.port(name)                        # it is there
        self.check(self.lib.jack_connect(self.client, source.encode(), sink.encode()))

    def disconnect(self, source, sink):
        self.check(self.lib.jack_disconnect(self.client, source.encode(), sink.encode()))
        if DRIVER == 'pipewire':
            time.sleep(0.1)    # until others have heard of it

    def latency(self, name, kind):
        found = self.Range()
        self.lib.jack_port_get_latency_range(self.port(name), int(kind == 'playback'),
                                             ctypes.byref(found))
        return [str(found.max)]

    def where(self):
        position = self.Position()
        state = self.lib.jack_transport_query(self.client, ctypes.byref(position))
        return [self.STATES[state] if state < 4 else str(state), str(position.frame)]

    def play(self):
        self.lib.jack_transport_start(self.client)

    def stop(self):
        self.lib.jack_transport_stop(self.client)

    def locate(self, frame):
        self.check(self.lib.jack_transport_locate(self.client, ctypes.c_uint32(int(frame))))

    def block(self, frames):
        self.check(self.lib.jack_set_buffer_size(self.client, ctypes.c_uint32(int(frames))))

    def freewheel(self, on):
        self.check(self.lib.jack_set_freewheel(self.client, int(on)))


def be_the_hand():
    server, name, *rest = sys.argv[1:]
    jack = Jack(server, name, *map(int, rest))
    print('ready', flush=True)
    for line in sys.stdin:
        word, *arguments = line.rstrip('\n').split('\t')
        try:
            answer = getattr(jack, word)(*arguments) or []
            print('\t'.join(['ok', *answer]), flush=True)
        except (LookupError, OSError) as error:
            print('error', error, flush=True)
    jack.lib.jack_client_close(jack.client)


if __name__ == '__main__':
    be_the_hand()
    sys.exit()

# ---- for the tests -----------------------------------------------------------------

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import osc                                         # noqa: E402
import spec                                        # noqa: E402


def free_slots():
    """Frees the slots of servers of tests that died: the registry has eight."""
    try:
        registry = Path(REGISTRY).read_bytes()
    except OSError:
        return
    for at in range(24, 24 + 8 * 264, 264):
        pid, name = struct.unpack_from('<i257s', registry, at)
        name = name.split(b'\0')[0].decode().split(':')[1:2]
        if pid and name and name[0].startswith(NAMES) and not os.path.exists(f'/proc/{pid}'):
            subprocess.run(['timeout', '-s', 'TERM', '1', 'jackd', '-n', name[0], '-r', '-d',
                            'dummy'], capture_output=True,
                           env={**os.environ, 'JACK_NO_AUDIO_RESERVATION': '1'})


class Turn:
    """Programs that run servers do so one after the other, as tests/jack_server.h does: all servers
    of a user share one database of metadata, whose locks can wait for each other for ever."""

    holders = 0
    file = None

    @classmethod
    def take(cls):
        if cls.holders == 0:
            path = Path(tempfile.gettempdir()) / f'wideberth-test-{os.getuid()}.lock'
            cls.file = path.open('a')
            fcntl.flock(cls.file, fcntl.LOCK_EX)
        cls.holders += 1

    @classmethod
    def leave(cls):
        cls.holders -= 1
        if cls.holders == 0:
            cls.file.close()


class Server:
    """A jackd of its own name, on a timer.

    It waits for its clients, as long as it may take: a virtual machine wakes them up late now and
    then, and else they would miss a cycle. waits=False where clients die at work: there it would
    wait for them, and all others with it.
    """

    def __init__(self, name=None, port_max=256, rate=48000, block=256, channels=2, driver=None,
                 waits=True):
        self.name = name or f'{NAMES}{os.getpid()}-i{next(numbers)}'
        self.port_max, self.channels = port_max, channels
        self.driver = driver or self.dummy(rate, block)
        self.waits = ['-S', '-t', '10000'] if waits else []
        self.killed = False
        Turn.take()
        try:
            self.start()
        except BaseException:
            Turn.leave()
            raise

    def dummy(self, rate, block):
        return ['dummy', '-r', str(rate), '-p', str(block), '-C', str(self.channels),
                '-P', str(self.channels)]

    def start(self):
        """Also after kill()."""
        self.launch()
        until(self.answers, lambda: f'{self.name} answers\n' + ''.join(self.said), every=0.05)
        self.killed = False

    def launch(self):
        self.process = subprocess.Popen(
            ['jackd', '-n', self.name, '-r', *self.waits, '-p', str(self.port_max),
             '-d', *self.driver], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={**os.environ, 'JACK_NO_AUDIO_RESERVATION': '1'})
        self.said = []
        threading.Thread(target=self.listen, args=[self.process.stdout], daemon=True).start()

    def listen(self, stream):
        with stream:
            for line in stream:
                self.said.append(line.decode('utf-8', 'replace'))

    def answers(self):
        if self.process.poll() is not None:
            said = ''.join(self.said)
            if 'Too many servers' not in said:
                raise AssertionError(f'jackd ended\n{said}')
            free_slots()
            self.launch()
        # Not -w, which looks once a second.
        return b'not running' not in subprocess.run(['jack_wait', '-s', self.name, '-c'],
                                                    capture_output=True).stdout

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.killed = True

    def stop(self):
        """As a user would."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def end(self):
        self.stop()
        if self.killed:
            self.start()
            self.stop()
        for leftover in Path('/dev/shm').glob(f'jack*_{self.name}_*'):
            leftover.unlink(missing_ok=True)
        Turn.leave()


class Mixer(osc.Program):
    """`wideberth run` on a server, with a remote control."""

    def __init__(self, case, server, session, *arguments, client='mixer', **keywords):
        super().__init__(case, session, '--client', client, *arguments,
                         driver=('--driver', keywords.pop('driver', DRIVER), '--server', server.name),
                         **keywords)
        self.client = client
        self.remote = osc.Remote(self.port)
        case.addCleanup(self.remote.close)

    def call(self, path, types='', *values):
        return self.remote.call(path, types, *values)

    def get(self, path):
        return self.remote.get(path)

    def says(self, words, count=1):
        until(lambda: self.messages().count(words) >= count,
              lambda: f'"{words}" is said; there is:\n{self.messages()}')

    def running(self):
        return self.get('/driver')[0] == 1

    def recorded(self):
        return self.get('/record/state')[2]

    def record(self, path='', with_transport=0):
        self.call('/record/start', 'si', str(path), with_transport)
        return self.get('/record/state')[1]

    def rolls_beyond(self, frames):
        until(lambda: self.get('/transport/position')[0] >= frames, f'playing beyond {frames}')

    def records_beyond(self, frames):
        until(lambda: self.recorded() >= frames, f'recording beyond {frames}')


class Case(spec.Case):
    """A test among JACK servers."""

    def setUp(self):
        for program in ('jackd', 'jack_wait') if DRIVER == 'jack' else ('pipewire', 'pw-link'):
            if not shutil.which(program):
                self.skipTest(f'{program} is not installed')
        super().setUp()

    def server(self, **keywords):
        if DRIVER == 'pipewire':
            import pipewire_house
            server = pipewire_house.Server(self, **keywords)
        else:
            server = Server(**keywords)
        self.addCleanup(server.end)
        return server

    def hand(self, server, *arguments, **keywords):
        hand = Hand(server.name, *arguments, **keywords)
        self.addCleanup(hand.end)
        return hand

    def mixer(self, server, session, *arguments, **keywords):
        return Mixer(self, server, session, *arguments, **keywords)

    def live_session(self, *tracks, **settings):
        """A session of live tracks: (name, role[, channels])."""
        path = self.folder / settings.pop('name', 'live')
        path.mkdir()
        document = {'format': 'wideberth-session', 'version': 2, 'sample_rate': 48000, 'mix': {},
                    'tracks': [{'id': number, 'name': name, 'role': role,
                                'channels': (rest or [2])[0], 'clips': []}
                               for number, (name, role, *rest) in enumerate(tracks, 1)],
                    **settings}
        (path / 'session.json').write_text(spec.json.dumps(document))
        return path
