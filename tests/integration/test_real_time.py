# SPDX-License-Identifier: GPL-3.0-or-later
"""The audio thread waits for nothing: a whole session under a guard that aborts when it allocates,
locks, reads, writes or sleeps; and the system calls that it makes."""
import os
import re
import shutil
import signal
import subprocess
import time

import jack_house
import jack_sounds
import spec
from jack_house import until

GUARD = os.path.abspath(os.environ.get('RT_GUARD', 'tests/integration/rt_guard.so'))


class RealTime(jack_house.Case):
    def setUp(self):
        super().setUp()
        if os.environ.get('WIDEBERTH_SANITIZERS', 'no') != 'no':
            self.skipTest('a sanitizer puts functions of its own in place of those that are guarded')

    def test_the_guard_bites(self):
        server = self.server(waits=False)
        for offence, caught in (('malloc', 'malloc'), ('printf', '(fwrite|__fprintf_chk|fprintf)'),
                                ('lock', 'pthread_mutex_lock'), ('sleep', 'usleep')):
            process = subprocess.Popen(
                [jack_sounds.PROGRAM, server.name, offence, offence, '1', '1'],
                env={**os.environ, 'LD_PRELOAD': GUARD}, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            with process:
                self.addCleanup(lambda process=process: process.poll() is None and process.kill())
                self.assertEqual(process.stdout.readline(), b'ready\n', offence)
                said = process.communicate(b'now\n', timeout=60)[1].decode()
            self.assertEqual(process.returncode, -signal.SIGABRT, offence)
            self.assertRegex(said, f'rt_guard: {caught} in the process callback')
            self.assertIn('jack_sounds', said)     # the backtrace

    def begin(self, block=256):
        self.path = self.session(
            {'pad': spec.band_noise(1, 12, 100, 6000, 0.1), 'keys': spec.band_noise(2, 12, 300, 3000),
             'bass': spec.band_noise(3, 12, 40, 400, channels=1)}, {'keys': 'support'})

        def add_live(document):
            for number, name, channels in ((11, 'vox', 2), (12, 'guitar', 1)):
                document['tracks'].append({'id': number, 'name': name, 'channels': channels,
                                           'role': 'lead' if number == 11 else 'background',
                                           'clips': []})
        self.edit(self.path, add_live)
        server = self.server(block=block)
        self.sounds = jack_sounds.Sounds(self, server, 'tones', 8, delays=(64,))
        self.mix = self.mixer(server, self.path, env={'LD_PRELOAD': GUARD})
        self.patch = self.hand(server)
        for source, track in (('sounds:out_1', 'vox L'), ('sounds:out_2', 'vox R'),
                              ('sounds-late-1:out', 'guitar')):
            self.patch.call('connect', source, f'mixer:{track}')
        self.patch.call('connect', 'sounds:out_3', 'sounds-late-1:in')

    def end_well(self):
        said = self.mix.stop()
        self.assertNotIn('callback', said)
        self.assertGreater(int(re.search(r'rt_guard: (\d+) cycles', said).group(1)), 100)

    def sound(self, frames=2048):
        """Lets some cycles pass."""
        self.sounds.hear(frames)

    def each(self, *calls):
        for call in calls:
            self.mix.call(*call)
            self.sound(1024)

    def play_a_whole_session(self):
        call = self.mix.call
        call('/subscribe', 'si', '/mix/*', 20)
        call('/subscribe', 'si', '/track/*/meter', 20)
        call('/transport/play')
        self.mix.rolls_beyond(4800)
        folder = self.folder / 'take'
        folder.mkdir(exist_ok=True)
        call('/track/11/arm', 'i', 1)
        call('/track/1/record_carved', 'i', 1)
        self.mix.record(folder / f'{time.monotonic()}.wav')
        self.mix.records_beyond(4800)
        self.each(('/track/1/role', 's', 'lead'), ('/track/1/role', 's', 'background'),
                  ('/mix/strength_percent', 'f', 90), ('/track/1/depth_db', 'f', 9),
                  ('/track/1/low_hz', 'f', 200), ('/track/1/carve_bypass', 'i', 1),
                  ('/track/1/carve_bypass', 'i', 0), ('/mix/carve_bypass', 'i', 1),
                  ('/listen/match', 'i', 1), ('/mix/carve_bypass', 'i', 0),
                  ('/listen/delta', 'i', 1), ('/listen/delta', 'i', 0),
                  ('/track/11/listen', 'i', 1), ('/track/11/listen', 'i', 0),
                  ('/track/11/gain_db', 'f', -6), ('/track/11/pan', 'f', 0.5),
                  ('/track/11/invert', 'i', 1), ('/track/11/trim_db', 'f', 3),
                  ('/track/2/mute', 'i', 1), ('/track/2/mute', 'i', 0),
                  ('/track/2/solo', 'i', 1), ('/track/2/solo', 'i', 0),
                  ('/track/11/name', 's', 'Sängerin'), ('/track/11/direct_out', 'i', 1),
                  ('/track/11/direct_out', 'i', 0), ('/track/3/move', 'i', 0),
                  ('/track/12/offset_frames', 'h', 100000), ('/track/12/compensate', 'i', 0),
                  ('/track/1/monitor', 'i', 1), ('/track/1/monitor', 'i', 0),
                  ('/track/1/never', 'ii', 11, 1), ('/session/guard', 's', 'low'),
                  ('/transport/locate', 'h', 200000), ('/transport/loop', 'hh', 204800, 220000),
                  ('/session/loop', 'i', 0), ('/transport/locate', 'h', 0))
        for number in range(3):
            added, = call('/track/add', 'si', f'new {number}', 1 + number % 2)[0]
            self.patch.call('connect', 'sounds:out_4', f'mixer:new {number}' +
                            (' L' if number % 2 else ''))
            self.sound()
            call(f'/track/{added}/remove')
            self.sound()
        for _ in range(6):
            self.each(('/undo',))
        for _ in range(6):
            self.each(('/redo',))
        until(lambda: 'mixer:new 2' not in self.patch.ports(), 'the last track is gone')
        call('/record/stop')
        self.mix.says('recorded')
        call('/record/to_clips')
        self.sound()
        for _ in range(4):
            self.each(('/undo',))
        call('/save')
        call('/transport/stop')
        until(lambda: self.mix.get('/transport/state') == 'stopped', 'stopped')
        self.patch.call('disconnect', 'sounds-late-1:out', 'mixer:guitar')
        self.patch.call('block', 64)
        self.sound()
        self.patch.call('block', 1024)
        self.sound(8192)

    def test_a_whole_session(self):
        self.begin()
        self.play_a_whole_session()
        self.end_well()

    def test_freewheeling_waits_but_does_nothing_else(self):
        self.begin()
        self.patch.call('freewheel', 1)
        self.mix.record(self.folder / 'bus.wav')
        self.mix.call('/transport/play')
        self.mix.rolls_beyond(10 * spec.RATE)
        self.mix.call('/track/1/role', 's', 'lead')
        self.mix.call('/track/1/remove')
        self.mix.call('/transport/stop')
        self.mix.call('/record/stop')
        self.mix.says('recorded')
        self.end_well()

    def test_system_calls(self):
        strace = shutil.which('strace')
        if not strace:
            self.skipTest('strace is not installed')
        self.begin(block=64)
        thread = re.search(r'rt_guard: thread (\d+)', self.mix.messages()).group(1)
        calls = self.folder / 'calls'
        tracer = subprocess.Popen([strace, '-q', '-p', thread, '-o', calls],
                                  stderr=subprocess.PIPE)
        with tracer:
            self.addCleanup(lambda: tracer.poll() is None and tracer.kill())
            time.sleep(0.5)
            if tracer.poll() is not None:
                reason = tracer.stderr.read().decode().strip()
                if 'ttach' in reason:
                    self.skipTest(f'this system lets nothing be traced: {reason}')
                raise AssertionError(reason)
            self.mix.call('/transport/play')
            self.mix.rolls_beyond(spec.RATE)
            self.mix.record(self.folder / 'bus.wav')
            self.mix.records_beyond(spec.RATE // 2)
            self.mix.call('/track/1/role', 's', 'lead')
            self.mix.call('/track/add', 'si', 'new', 2)
            self.mix.call('/record/stop')
            self.sound(spec.RATE)
            tracer.send_signal(signal.SIGINT)
            tracer.wait(timeout=30)
        names = re.findall(r'^(?:<\.\.\. )?(\w+)[( ]', calls.read_text(), re.MULTILINE)
        self.assertGreater(len(names), 500)
        self.assertEqual(set(names) - {'futex', 'restart_syscall'}, set())
        self.end_well()


if __name__ == '__main__':
    spec.main()
