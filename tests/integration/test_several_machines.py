# SPDX-License-Identifier: GPL-3.0-or-later
"""Half a session from another machine, by netjack2 over the loopback interface, as
doc/several-machines.md describes it: in time, and still there after the other one was gone."""
import shutil
import socket
import subprocess

import numpy as np

import jack_sounds
from jack_house import Case, until
from spec import RATE, main

BLOCK = 1024    # five of them are 107 ms, which even a virtual machine is never late
LATE = 100      # frames, of what the other machine does


class SeveralMachines(Case):
    def setUp(self):
        if not shutil.which('jack_load'):
            self.skipTest('jack_load is not installed')
        super().setUp()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(('127.0.0.1', 0))
            port = str(free.getsockname()[1])
        self.near = self.server(block=BLOCK, waits=False)
        loaded = subprocess.run(['jack_load', '-s', self.near.name, 'netmanager', 'netmanager',
                                 '-i', f'-p {port}'], capture_output=True, text=True)
        if loaded.returncode != 0:
            self.skipTest(f'no netmanager here: {loaded.stderr}')
        # Else the server takes seconds to end.
        self.addCleanup(subprocess.run, ['jack_unload', 'netmanager', self.near.name],
                        capture_output=True)
        self.far = self.server(driver=['net', '-a', '127.0.0.1', '-p', port, '-C', '2', '-P', '2',
                                       '-n', 'stage'], waits=False)
        self.patch = self.hand(self.near)
        until(lambda: 'stage:from_slave_2' in self.patch.ports(), 'the stage is there')
        self.play_far()
        self.mixer_ = self.mixer(self.near, self.live_session(
            ('Near', 'lead', 1), ('Far', 'background', 1), ('Far tone', 'background', 1)),
            '--no-connect')
        for source, sink in (('stage:from_slave_1', 'mixer:Far'),
                             ('stage:from_slave_2', 'mixer:Far tone')):
            self.patch.call('connect', source, sink)

    def play_far(self):
        """What the other machine does: it gives back its first input, and sounds itself."""
        self.far_hand = self.hand(self.far, 'far-hand')
        self.far_sounds = jack_sounds.Sounds(self, self.far, 'tones', 2, delays=(LATE,),
                                             name='far')
        for source, sink in (('system:capture_1', 'far-late-1:in'),
                             ('far-late-1:out', 'system:playback_1'),
                             ('far:out_2', 'system:playback_2')):
            self.far_hand.call('connect', source, sink)

    def mute(self, *tracks):
        for track in (1, 2, 3):
            self.mixer_.call(f'/track/{track}/mute', 'i', track in tracks)

    def test_it_is_in_time(self):
        near = jack_sounds.Sounds(self, self.near, 'impulses', 2, name='near')
        for source, sink in (('near:out_1', 'mixer:Near'), ('near:out_2', 'stage:to_slave_1'),
                             ('mixer:mix L', 'near-ear:in_1')):
            self.patch.call('connect', source, sink)
        there = self.patch.latency('stage:to_slave_1', 'playback')
        back = self.patch.latency('stage:from_slave_1', 'capture')
        self.assertGreater(back, BLOCK)
        until(lambda: [self.mixer_.get(f'/track/{n}/delay') for n in (1, 2, 3)] == [back, 0, 0],
              'near tracks wait for far ones')

        # What was sent there at the same time comes later by the way there, which no mixer can
        # know of, and by what is done with it; the way back is made good.
        def heard(places):
            first, samples = near.hear(2 * RATE)
            at = (np.flatnonzero(abs(samples[:, 0]) > 0.1) + first) % jack_sounds.PERIOD
            return all((at == place % jack_sounds.PERIOD).sum() > 15 for place in places)
        self.mute(3)
        until(lambda: heard([back, there + LATE + back]), 'both impulses', every=0.5)
        self.mixer_.call('/track/2/offset_frames', 'h', -there - LATE)
        until(lambda: heard([there + LATE + back]) and not heard([back]), 'one impulse', every=0.5)
        self.mixer_.stop()

    def test_it_may_drop_out(self):
        ear = jack_sounds.Sounds(self, self.near, 'tones', 1, name='near')
        self.patch.call('connect', 'mixer:mix L', 'near-ear:in_1')
        self.patch.call('connect', 'near:out_1', 'mixer:Near')
        self.mixer_.call('/mix/carve_bypass', 'i', 1)
        self.mixer_.record()

        def tones():
            """Levels of the near and of the far one."""
            _, samples = ear.hear(RATE)
            spectrum = abs(np.fft.rfft(samples[:, 0])) * 2 / RATE
            return [spectrum[jack_sounds.tone_hz(n)] / jack_sounds.AMPLITUDE for n in (1, 2)]
        until(lambda: min(tones()) > 0.9, 'both are heard')
        self.far.kill()
        self.far_sounds.process.kill()
        self.far_hand.kill()
        until(lambda: 'stage:from_slave_1' not in self.patch.ports(), 'the stage is gone')
        until(lambda: abs(np.subtract(tones(), [1, 0])).max() < 0.1, 'the near one is heard alone')
        self.assertTrue(self.mixer_.running())
        self.mixer_.records_beyond(self.mixer_.recorded() + RATE // 2)

        self.far.start()
        self.play_far()
        until(lambda: self.patch.connections('mixer:Far tone') == ['stage:from_slave_2'],
              'the stage is connected')
        until(lambda: min(tones()) > 0.9, 'both are heard again')
        text = self.mixer_.stop()
        self.assertNotIn('server is gone', text)
        self.assertEqual(text.count('recorded '), 1)


main()
