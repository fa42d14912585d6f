# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server does while the mixer runs: other block sizes, freewheel, a rate that is not the
session's, and the transport that all its clients share."""
import numpy as np
import soundfile

from jack_house import Case, until
from spec import RATE, main, noise, read


def sine(seconds, frequency=1000, rate=RATE, level=0.2):
    t = np.arange(int(seconds * rate)) / rate
    return np.repeat(level * np.sin(2 * np.pi * frequency * t)[:, None], 2, 1)


class Changes(Case):
    def in_one_piece(self, path, source, start=0):
        """What was recorded is the source, from its start on, with no frame missing or twice."""
        data = read(path)
        length = min(len(data), len(source) - start)
        self.assertLess(abs(data[:length] - source[start:start + length]).max(), 1e-6)
        return length

    def test_nothing_is_lost(self):
        server = self.server(block=256)
        hand = self.hand(server)
        source = noise(1, 120, 0.05)
        session = self.session({'pad': source})
        mixer = self.mixer(server, session, '--format', 'wav-float')
        path = mixer.record(with_transport=1)
        mixer.call('/transport/play')
        for block in (64, 1024, 128, 2048, 256):
            hand.call('block', block)
            until(lambda: mixer.get('/driver')[4] == block, 'the block is another')
            mixer.records_beyond(mixer.recorded() + 9600)
        for _ in range(3):
            hand.call('freewheel', 1)
            until(lambda: mixer.get('/driver')[6], 'it freewheels')
            mixer.records_beyond(mixer.recorded() + RATE)
            hand.call('freewheel', 0)
            until(lambda: not mixer.get('/driver')[6], 'it keeps time')
            mixer.records_beyond(mixer.recorded() + 9600)
        mixer.call('/transport/stop')
        mixer.says('recorded ')
        mixer.stop()
        self.assertGreater(self.in_one_piece(path, source), 4 * RATE)

    def test_a_session_of_another_rate(self):
        server = self.server(rate=48000)
        at = int(1.5 * 44100)
        tone = sine(3, 1000, 44100)
        tone[:at] = 0
        session = self.session({'tone': tone}, rate=44100)
        mixer = self.mixer(server, session, '--format', 'wav-float')
        self.assertEqual((mixer.get('/session/sample_rate'), mixer.get('/driver')[3]),
                         (44100, 48000))
        path = mixer.record(with_transport=1)
        mixer.call('/transport/locate', 'h', at - 44100 // 2)       # frames of the session
        until(lambda: mixer.get('/transport/position')[0] == at - 44100 // 2, 'it is there')
        mixer.call('/transport/play')
        mixer.records_beyond(RATE * 3 // 2)
        mixer.stop()
        data, rate = soundfile.read(path, always_2d=True)
        self.assertEqual(rate, 48000)
        begins = int(np.flatnonzero(abs(data[:, 0]) > 0.02)[0])
        self.assertLess(abs(begins - 24000), 24)
        part = data[30000:54000, 0]
        spectrum = abs(np.fft.rfft(part * np.hanning(len(part))))
        self.assertEqual(spectrum.argmax() * RATE / len(part), 1000)
        self.assertAlmostEqual(abs(part).max(), 0.2, 3)


class Transport(Case):
    def setUp(self):
        super().setUp()
        self.jack = self.server()
        self.hand_ = self.hand(self.jack)
        self.source = noise(1, 30, 0.05)
        self.path = self.session({'pad': self.source})

    def first_frames(self, path, count=RATE // 4):
        """Where in the source a recording begins."""
        part = read(path)[:count]
        self.assertEqual(len(part), count)
        sample = part[0, 0]
        for at in np.flatnonzero(abs(self.source[:, 0] - sample) < 1e-7):
            if abs(self.source[at:at + count] - part).max() < 1e-6:
                return int(at)
        raise AssertionError('it is no part of the source in one piece')

    def test_it_follows_others(self):
        mixer = self.mixer(self.jack, self.path, '--format', 'wav-float')
        for start in (0, 5 * RATE + 17, 20 * RATE):
            self.hand_.call('locate', start)
            path = mixer.record(with_transport=1)
            self.hand_.call('play')
            mixer.records_beyond(RATE // 2)
            self.hand_.call('stop')
            until(lambda: not mixer.get('/record/state')[0], 'the take ends')
            until(lambda: mixer.get('/transport/state') == 'stopped', 'it stops')
            self.assertEqual(self.first_frames(path), start)
        mixer.stop()

    def test_it_drives_them(self):
        mixer = self.mixer(self.jack, self.path)
        mixer.call('/transport/locate', 'h', 2 * RATE)
        until(lambda: self.hand_.where() == ('stopped', 2 * RATE), 'located')
        mixer.call('/transport/play')
        until(lambda: self.hand_.where()[0] == 'rolling', 'rolling')
        until(lambda: self.hand_.where()[1] > 2 * RATE, 'on the way')
        mixer.call('/transport/stop')
        until(lambda: self.hand_.where()[0] == 'stopped', 'stopped')
        mixer.stop()

    def test_a_locate_while_it_rolls_leaves_nothing_out(self):
        mixer = self.mixer(self.jack, self.path, '--format', 'wav-float', '--play')
        mixer.rolls_beyond(RATE // 2)
        self.hand_.call('locate', 10 * RATE)
        mixer.rolls_beyond(10 * RATE + 4800)
        path = mixer.record()
        mixer.records_beyond(RATE // 2)
        mixer.stop()
        self.assertGreater(self.first_frames(path), 10 * RATE)

    def test_it_waits_for_slow_ones(self):
        slow = self.hand(self.jack, 'slow', slow=60)
        mixer = self.mixer(self.jack, self.path, '--format', 'wav-float')
        path = mixer.record(with_transport=1)
        mixer.call('/transport/play')
        seen = set()
        until(lambda: seen.add(mixer.get('/transport/state')) or 'rolling' in seen, 'rolling')
        self.assertIn('starting', seen)
        mixer.records_beyond(RATE // 2)
        mixer.stop()
        self.assertEqual(self.first_frames(path), 0)
        slow.end()

    def test_a_loop(self):
        mixer = self.mixer(self.jack, self.path, '--format', 'wav-float')
        start, end = RATE, RATE + RATE // 2
        mixer.call('/transport/loop', 'hh', start, end)
        mixer.call('/transport/locate', 'h', start)
        path = mixer.record(with_transport=1)
        mixer.call('/transport/play')
        mixer.records_beyond(2 * RATE)
        self.assertLess(self.hand_.where()[1], end + 8192)
        mixer.call('/session/loop', 'i', 0)
        mixer.rolls_beyond(end + RATE // 4)
        mixer.stop()
        self.assertEqual(self.first_frames(path), start)

    def test_it_can_be_left_alone(self):
        mixer = self.mixer(self.jack, self.path, '--no-transport', '--play')
        mixer.rolls_beyond(4800)
        self.assertEqual(self.hand_.where(), ('stopped', 0))
        self.hand_.call('locate', 20 * RATE)
        self.hand_.call('play')
        until(lambda: self.hand_.where()[1] > 20 * RATE, 'the others roll')
        self.assertLess(mixer.get('/transport/position')[0], 15 * RATE)
        self.hand_.call('stop')
        until(lambda: self.hand_.where()[0] == 'stopped', 'the others stop')
        before = mixer.get('/transport/position')[0]
        mixer.rolls_beyond(before + 4800)
        mixer.stop()

    def test_without_it_a_loop_has_no_seam(self):
        mixer = self.mixer(self.jack, self.path, '--no-transport', '--format', 'wav-float')
        start, end = RATE, RATE + RATE // 2 + 11
        mixer.call('/transport/loop', 'hh', start, end)
        mixer.call('/transport/locate', 'h', start)
        path = mixer.record(with_transport=1)
        mixer.call('/transport/play')
        mixer.records_beyond(2 * RATE)
        mixer.stop()
        data = read(path)
        passes = [data[at:at + end - start] for at in range(0, len(data), end - start)]
        self.assertGreater(len(passes), 3)
        for part in passes[:-1]:
            for edge in (slice(480, -480), slice(0, 1)):       # not the crossfade
                expected = self.source[start:end][:len(part)][edge]
                self.assertLess(abs(part[edge] - expected).max(), 1e-6)
        self.assertGreater(abs(data).min(1).max(), 0)


if __name__ == '__main__':
    main()
