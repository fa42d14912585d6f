# SPDX-License-Identifier: GPL-3.0-or-later
"""On PipeWire: among its own programs, through all it changes; and the tests of JACK on it."""
import json
import os
import shutil
import subprocess

os.environ['WIDEBERTH_TEST_DRIVER'] = 'pipewire'

import numpy as np                                 # noqa: E402
import soundfile                                   # noqa: E402

import jack_house                                  # noqa: E402
import spec                                        # noqa: E402
import test_connections                            # noqa: E402
import test_real_time                              # noqa: E402
import test_server_death                           # noqa: E402
from jack_house import until                       # noqa: E402

SIDES = (('L', 'FL'), ('R', 'FR'))


def sine(seconds, frequency=441, level=0.25, rate=48000):
    return level * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)


def roughness(samples):
    """Largest second difference: a click is one."""
    return np.abs(np.diff(samples, 2, axis=0)).max()


SMOOTH = 1.05 * roughness(sine(1))


class RealClients(jack_house.Case):
    def setUp(self):
        super().setUp()
        for program in ('wireplumber', 'dbus-daemon'):
            if not shutil.which(program):
                self.skipTest(f'{program} is not installed')

    def program(self, server, *words):
        process = server.launch(*words)

        def end():
            process.terminate()
            process.wait()
        self.addCleanup(end)
        return process

    def test_one_plays_another_records(self):
        server = self.server(manager=True)
        session = self.live_session(('Vox', 'lead'))
        mixer = self.mixer(server, session)
        # The bus has found the default sink.
        for side, other in SIDES:
            until(lambda: (f'mixer:mix {side}', f'speakers:playback_{other}') in server.links(),
                  'the bus goes to the loudspeakers')
        soundfile.write(self.folder / 'sine.wav', np.tile(sine(30)[:, None], 2), 48000, 'FLOAT')
        self.program(server, 'pw-cat', '-p', '--target', '0', self.folder / 'sine.wav')
        recorder = self.program(server, 'pw-record', '--target', '0', '--format', 'f32',
                                self.folder / 'heard.wav')
        until(lambda: {'pw-cat:output_FL', 'pw-record:input_FL'} <= set(server.ports()),
              'both have ports')
        for side, other in SIDES:
            server.link(f'pw-cat:output_{other}', f'mixer:Vox {side}')
            server.link(f'mixer:mix {side}', f'pw-record:input_{other}')
        until(lambda: mixer.get('/mix/meter')[0] > -30, 'it sounds')
        mixer.record(self.folder / 'take.wav')
        mixer.records_beyond(96000)
        mixer.call('/record/stop')
        mixer.says('take.wav')
        recorder.terminate()
        recorder.wait()
        for file in 'take.wav', 'heard.wav':
            heard = spec.read(self.folder / file)
            self.assertGreater(len(heard), 90000, file)
            self.assertGreater(np.abs(heard[-9600:]).max(), 0.05, file)
        self.assertGreater(np.abs(spec.read(self.folder / 'take.wav')).max(), 0.05)
        for side, other in SIDES:
            server.unlink(f'mixer:mix {side}', f'speakers:playback_{other}')
        until(lambda: not any('speakers' in there for _, there in server.links()), 'unlinked')
        mixer.call('/save')
        document = json.loads((session / 'session.json').read_text())
        self.assertIn('pw-cat:output_FL', json.dumps(document))
        self.assertNotIn('speakers', json.dumps(document))
        mixer.stop()

    def test_the_node_introduces_itself(self):
        server = self.server(manager=True)
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')), client='wideberth')
        nodes = [one['info']['props'] for one in json.loads(server.run('pw-dump').stdout)
                 if one['type'] == 'PipeWire:Interface:Node']
        node, = (one for one in nodes if one['node.name'] == 'wideberth')
        for key, value in (('node.description', 'Wideberth'), ('media.type', 'Audio'),
                           ('media.category', 'Duplex'), ('media.role', 'DSP'),
                           ('media.icon-name', 'wideberth')):
            self.assertEqual(node[key], value, key)
        mixer.stop()


class Server(jack_house.Case):
    def test_any_quantum_while_forty_tracks_record(self):
        """Playback goes through every change without a frame lost, and without a click."""
        session = self.session({f'{n:02}': np.tile(sine(60)[:, None], 2) if n == 0 else
                                np.zeros((48000, 2)) for n in range(2)}, {'00': 'lead'})

        def add(document):
            for track in document['tracks']:
                track['record_carved'] = True
            # ThreadSanitizer is too slow for all of them.
            last = 18 if 'thread' in os.environ.get('WIDEBERTH_SANITIZERS', '') else 48
            for number in range(10, last):
                document['tracks'].append({'id': number, 'name': f'Live {number}', 'channels': 2,
                                           'role': 'background', 'arm': True, 'clips': []})
        self.edit(session, add)
        server = self.server(block=64)
        mixer = self.mixer(server, session, '--format', 'wav-float')
        mixer.call('/transport/play')
        mixer.rolls_beyond(24000)
        bus = mixer.record(self.folder / 'take.wav')
        for quantum in (32, 64, 128, 1024, 8192, 256, 8192, 32):
            server.setting('clock.force-quantum', quantum)
            until(lambda: mixer.get('/driver')[4] == quantum, f'cycles of {quantum} frames')
            mixer.records_beyond(mixer.recorded() + 24000)
        mixer.call('/record/stop')
        mixer.says('take.wav')
        take = spec.read(self.folder / 'take.wav')
        self.assertGreater(len(take), 8 * 24000)
        self.assertGreater(np.abs(take).min(axis=1).max(), 0.1)
        self.assertLess(roughness(take), SMOOTH * np.abs(take).max() / 0.25)
        self.assertEqual(mixer.get('/record/state')[3], 0, f'lost of {bus}')
        mixer.stop()

    def test_another_rate(self):
        server = self.server()
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')))
        server.setting('clock.force-rate', 44100)
        until(lambda: mixer.get('/driver')[3] == 44100, '44.1 kHz')
        mixer.says('44100 Hz')
        mixer.stop()

    def test_a_quantum_of_ones_own(self):
        server = self.server(block=1024, card=False)     # clients of libjack lock the quantum
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')), '--latency', '128/48000')
        until(lambda: mixer.get('/driver')[4] == 128, 'it is as asked')
        mixer.stop()

    def test_a_new_name_keeps_the_connections(self):
        server = self.server()
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')))
        self.hand(server, 'hand', outputs=1)
        until(lambda: 'hand:out_1' in server.ports(), 'the hand has ports')
        server.link('hand:out_1', 'mixer:Vox L')
        mixer.call('/track/1/name', 's', 'Lead voice')
        until(lambda: ('hand:out_1', 'mixer:Lead voice L') in server.links(), 'renamed')
        self.assertNotIn('mixer:Vox L', server.ports())
        mixer.call('/track/1/remove')
        until(lambda: 'mixer:Lead voice L' not in server.ports(), 'removed')
        mixer.stop()


class Choice(jack_house.Case):
    """--driver auto"""

    def chosen(self, server, **keywords):
        mixer = self.mixer(server, self.live_session(('Vox', 'lead'), name='choice'), driver='auto',
                           **keywords)
        name = mixer.get('/driver')[1]
        mixer.stop()
        return name

    def test_pipewire_if_it_alone_runs(self):
        server = self.server()
        self.assertEqual(self.chosen(server, env={'LD_LIBRARY_PATH': ''}), 'pipewire')

    def test_pipewire_behind_its_own_libjack(self):
        self.assertEqual(self.chosen(self.server()), 'pipewire')

    def test_jack_if_its_server_runs(self):
        if not shutil.which('jackd'):
            self.skipTest('jackd is not installed')
        jack = jack_house.Server()
        self.addCleanup(jack.end)
        self.server()
        self.assertEqual(self.chosen(jack, env={'LD_LIBRARY_PATH': ''}), 'jack')

    def test_none(self):
        _, said = spec.run('run', self.live_session(('Vox', 'lead')), '--server', 'wideberth-none',
                           status=1)
        self.assertIn('neither JACK nor PipeWire is running', said)
        self.assertIn('--driver dummy', said)

    def test_jacks_driver_on_pipewires_libjack(self):
        server = self.server()
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')), driver='jack')
        self.assertEqual(mixer.get('/driver')[1], 'jack')
        until(lambda: 'mixer:Vox L' in server.ports(), 'it has ports')
        mixer.record()
        mixer.records_beyond(4800)
        mixer.stop()


# ---- the tests of JACK, but for what PipeWire has not got: a limit of ports, a transport that others
# than its libjack can drive, and a freewheel that is exact to the frame ----


class Connections(test_connections.Connections):
    pass


class NoServer(jack_house.Case):
    test_no_server = test_connections.Room.test_no_server


class ServerKilled(test_server_death.ServerKilled):
    pass


class MixerEnds(test_server_death.MixerEnds):
    pass


class RealTime(test_real_time.RealTime):
    # Its own loop waits in epoll, and is woken and wakes others by event descriptors.
    CALLS = {'futex', 'restart_syscall', 'epoll_wait', 'read', 'write'}
    test_freewheeling_waits_but_does_nothing_else = None
    test_the_guard_bites = None                    # of two clients that speak at once there


if __name__ == '__main__':
    spec.main()
