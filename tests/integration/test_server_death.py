# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends of all kinds: of the server, of the mixer, of the disk. What was recorded is there."""
import json
import os
import resource
import signal
import subprocess
import time
import unittest

import numpy as np
import soundfile

from jack_house import DRIVER, Case, until
from spec import RATE, main, noise


def frames_of(path):
    """Of a file that any program can read, whatever became of who wrote it."""
    data, rate = soundfile.read(str(path), always_2d=True)
    assert rate == RATE and data.shape[1] == 2
    return len(data)


class ServerKilled(Case):
    def test_all_is_as_before_when_it_is_back(self):
        server = self.server(waits=False)
        synth, effect = self.hand(server, 'synth', outputs=2), self.hand(server, 'effect', inputs=1)
        session = self.live_session(('Vox', 'lead'), ('Pad', 'background', 1))
        mixer = self.mixer(server, session)
        synth.call('connect', 'synth:out_1', 'mixer:Vox L')
        synth.call('connect', 'synth:out_2', 'mixer:Vox R')
        synth.call('connect', 'synth:out_1', 'mixer:Pad')
        synth.call('connect', 'mixer:mix L', 'effect:in_1')
        ports = sorted(port for port in synth.ports() if port.startswith('mixer:'))
        joints = {port: synth.connections(port) for port in ports}
        self.assertEqual(joints['mixer:mix L'], ['effect:in_1', 'system:playback_1'])
        path = mixer.record()
        mixer.records_beyond(RATE)

        recorded = mixer.recorded()
        server.kill()
        synth.kill()
        effect.kill()
        mixer.says('the audio server is gone')
        mixer.says('recorded ')
        self.assertGreaterEqual(frames_of(path), recorded)
        self.assertFalse(mixer.running())
        mixer.call('/mix/gain_db', 'f', -3)            # all else works meanwhile
        mixer.call('/track/add', 'si', 'New', 1)
        mixer.call('/save')

        server.start()
        mixer.says('the audio server is back')
        synth = self.hand(server, 'synth', outputs=2)
        until(lambda: len(synth.connections('mixer:Vox L')) == 1, 'the synth is connected')
        effect = self.hand(server, 'effect', inputs=1)
        until(lambda: len(synth.connections('mixer:mix L')) == 2, 'the effect is connected')
        self.assertEqual({port: synth.connections(port) for port in ports}, joints)
        self.assertIn('mixer:New', synth.ports())
        self.assertEqual(mixer.get('/driver')[:3], [1, DRIVER, 'mixer'])
        until(lambda: mixer.get('/record/state')[0], 'a take goes on')
        second = mixer.get('/record/state')[1]
        self.assertNotEqual(second, path)
        mixer.records_beyond(RATE // 2)
        mixer.stop()
        self.assertGreaterEqual(frames_of(second), RATE // 2)

    def test_it_stays_up_while_nothing_runs_and_ends_when_told(self):
        server = self.server(waits=False)
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')))
        server.kill()
        mixer.says('the audio server is gone')
        with self.assertRaisesRegex(LookupError, 'no audio server'):
            mixer.call('/record/start')
        mixer.call('/transport/play')
        mixer.call('/transport/locate', 'h', 4800)
        mixer.kill(signal.SIGUSR1)
        mixer.says('the session is saved')
        self.assertNotIn('the audio server is back', mixer.stop())

    def test_a_server_that_ends_well_is_missed_as_well(self):
        server = self.server(waits=False)
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')))
        server.stop()
        mixer.says('the audio server is gone')
        server.start()
        mixer.says('the audio server is back')
        hand = self.hand(server)
        self.assertEqual(hand.connections('mixer:mix L'), ['system:playback_1'])
        mixer.stop()

    def test_takes_among_servers_of_other_rates(self):
        server = self.server(waits=False)
        session = self.live_session(('Vox', 'lead'))
        mixer = self.mixer(server, session)
        mixer.call('/track/1/arm', 'i', 1)
        mixer.call('/transport/locate', 'h', 2 * RATE)
        until(lambda: mixer.get('/transport/position')[0] == 2 * RATE, 'it is there')
        mixer.record()
        mixer.records_beyond(RATE // 2)
        mixer.call('/mix/reset')
        server.kill()
        mixer.says('the audio server is gone')
        server.driver = server.dummy(44100, 512)
        server.start()
        mixer.says('the audio server is back')
        until(lambda: mixer.get('/record/state')[0], 'a take goes on')
        self.assertLess(mixer.get('/mix/load')[5], 1000)
        mixer.call('/record/to_clips')                  # of the first take
        mixer.call('/save')
        document = json.loads((session / 'session.json').read_text())
        self.assertEqual(document['tracks'][0]['clips'][0]['position'], 2 * RATE)

        server.kill()
        mixer.says('the audio server is gone', 2)
        mixer.call('/record/stop')                      # nothing is to go on any more
        server.start()
        mixer.says('the audio server is back', 2)
        self.assertFalse(mixer.get('/record/state')[0])
        mixer.stop()

    def test_the_other_rate_of_a_new_server(self):
        server = self.server(waits=False)
        t = np.arange(4 * RATE) / RATE
        sine = np.repeat(0.2 * np.sin(2 * np.pi * 1000 * t)[:, None], 2, 1)
        mixer = self.mixer(server, self.session({'sine': sine}))
        mixer.call('/transport/play')
        mixer.rolls_beyond(4800)
        server.kill()
        mixer.says('the audio server is gone')
        server.driver = server.dummy(44100, 512)
        server.start()
        mixer.says('the audio server is back')
        self.assertEqual(mixer.get('/driver')[3], 44100)
        path = mixer.record(with_transport=1)
        mixer.call('/transport/locate', 'h', 0)
        mixer.call('/transport/play')
        mixer.records_beyond(44100)
        mixer.stop()
        data, rate = soundfile.read(path, always_2d=True)
        self.assertEqual(rate, 44100)
        spectrum = abs(np.fft.rfft(data[-22050:, 0] * np.hanning(22050)))
        self.assertEqual(spectrum.argmax() * 2, 1000)


class MixerEnds(Case):
    def recording(self, server=None, name='session'):
        session = self.session({'pad': noise(1, 20)}, name=name)
        mixer = self.mixer(server or self.server(waits=False), session, '--play')
        path = mixer.record()
        mixer.records_beyond(int(1.5 * RATE))
        return mixer, path

    def test_killed(self):
        mixer, path = self.recording()
        recorded = mixer.recorded()
        mixer.process.kill()
        mixer.process.wait()
        self.assertGreaterEqual(frames_of(path), recorded - RATE)
        self.assertGreater(abs(soundfile.read(path)[0]).max(), 0.01)

    def test_stopped(self):
        server = self.server(waits=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            mixer, path = self.recording(server, number.name)
            recorded = mixer.recorded()
            self.assertIn('recorded ', mixer.stop(number))
            self.assertGreaterEqual(frames_of(path), recorded)


class DiskFull(Case):
    def small_disk(self):
        """A file system of 1 MB, in a folder of its own."""
        place = self.folder / 'small'
        place.mkdir()
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1M', 'tmpfs', str(place)],
                          capture_output=True).returncode != 0:
            return None
        self.addCleanup(subprocess.run, ['umount', '-l', str(place)], check=True)
        return place

    def check(self, mixer, session, full):
        """One file of the take is on a full disk: the other goes on, and so does the sound."""
        mixer.call('/track/1/record_carved', 'i', 1)
        mixer.record(full)
        mixer.says('recording failed: ')
        mixer.call('/mix/load')
        time.sleep(0.5)
        text = mixer.stop()
        self.assertEqual(text.count('recording failed'), 1, text)
        self.assertIn('the sound goes on', text)
        self.assertGreater(frames_of(full), RATE // 8)
        other, = (session / 'audio').glob('*carved.wav')
        self.assertGreater(frames_of(other), frames_of(full) + RATE // 4)

    def test_one_file_fails_the_other_goes_on(self):
        place = self.small_disk()
        if place is None:
            raise unittest.SkipTest('mounting a small disk needs root')
        server = self.server(waits=False)
        session = self.session({'pad': noise(1, 2)})
        self.check(self.mixer(server, session, '--play'), session, place / 'mix.wav')

    def test_a_limit_of_the_size_of_files(self):
        server = self.server(waits=False)
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')))
        limit = 400000
        resource.prlimit(mixer.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        path = mixer.record()
        mixer.says('recording failed: ')
        self.assertTrue(mixer.running())
        mixer.stop()
        self.assertGreater(frames_of(path), RATE // 2)
        self.assertLessEqual(os.path.getsize(path), limit)


if __name__ == '__main__':
    main()
