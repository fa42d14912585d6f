# SPDX-License-Identifier: GPL-3.0-or-later
"""When what comes in at a live track leaves at the bus: in the same frame, unless it is to wait for
others."""
import numpy as np

import jack_house
import jack_sounds
import spec
from jack_house import until


class Latency(jack_house.Case):
    def start(self, kind, tracks, block=256, delays=(), outputs=None, **settings):
        self.path = self.live_session(*tracks, **settings)
        self.names = [track[0] for track in tracks]
        server = self.server(block=block)
        self.player = jack_sounds.Sounds(self, server, kind, outputs or len(tracks), delays=delays)
        self.mixer_ = self.mixer(server, self.path, '--no-connect')
        self.patch = self.hand(server)
        for side in (1, 2):
            self.patch.call('connect', f'mixer:mix {"LR"[side - 1]}', f'sounds-ear:in_{side}')
        self.patch.call('freewheel', 1)

    def feed(self, source, track):
        """Connects, and waits until it is heard: the server tells of a connection when it has time,
        while it freewheels."""
        self.patch.call('connect', source, f'mixer:{track}')
        number = 1 + self.names.index(track.removesuffix(' L'))
        until(lambda: self.mixer_.call(f'/track/{number}/meter')[0][0] > -60,
              lambda: f'{source} is heard in {track}')

    def impulses(self, frames=48000):
        """{place after the impulse's own frame: level} for each side, all periods agreeing."""
        first, heard = self.player.hear(frames)
        answers = []
        for side in range(2):
            places = {}
            for at in np.flatnonzero(heard[:, side]):
                places.setdefault(int(first + at) % jack_sounds.PERIOD, []).append(
                    float(heard[at, side]))
            for place, levels in places.items():
                self.assertGreaterEqual(len(levels), frames // jack_sounds.PERIOD, place)
                self.assertEqual(len(set(levels)), 1, places)
            answers.append({place: levels[0] for place, levels in places.items()})
        return answers

    def settled(self, wanted):
        """Waits until the tracks have these delays, and their fades are over."""
        until(lambda: [self.mixer_.get(f'/track/{track}/delay')
                       for track in range(1, len(wanted) + 1)] == wanted,
              lambda: f'delays {wanted}')
        self.player.hear(4800)

    def test_the_same_frame(self):
        for block in (64, 1024):
            self.start('impulses', [('stereo', 'lead'), ('mono', 'lead', 1)], block,
                       name=f'live-{block}')
            self.feed('sounds:out_1', 'stereo L')
            self.player.hear(4800)
            self.assertEqual(self.impulses(), [{0: 0.5}, {}])
            self.feed('sounds:out_2', 'mono')
            self.player.hear(4800)
            self.assertEqual(self.impulses(), [{0: 1.0}, {0: 0.5}])
            self.mixer_.stop()
            self.doCleanups()
            self.setUp()

    def test_tracks_of_different_latency_arrive_together(self):
        self.start('impulses', [('near', 'lead', 1), ('far', 'lead', 1), ('farther', 'lead', 1)],
                   delays=(300, 5000))
        self.feed('sounds:out_1', 'near')
        for number, track in ((1, 'far'), (2, 'farther')):
            self.patch.call('connect', f'sounds:out_{number + 1}', f'sounds-late-{number}:in')
            self.feed(f'sounds-late-{number}:out', track)
        self.settled([5000, 4700, 0])
        place = 5000 % jack_sounds.PERIOD
        self.assertEqual(self.impulses(), [{place: 1.5}] * 2)

        # What the mixer itself reports: in all, 5000 frames from there to the bus.
        self.assertEqual(self.patch.latency('mixer:mix L', 'capture'), 5000)
        self.assertEqual(self.patch.latency('mixer:near', 'playback'), 5000)
        self.assertEqual(self.patch.latency('mixer:farther', 'playback'), 0)

        # One that is not to wait does not.
        self.mixer_.call('/track/1/compensate', 'i', 0)
        self.settled([0, 4700, 0])
        self.assertEqual(self.impulses(), [{0: 0.5, place: 1.0}] * 2)
        self.mixer_.call('/undo')
        self.settled([5000, 4700, 0])

        # An offset moves one track against the others, later or earlier.
        self.mixer_.call('/track/2/offset_frames', 'h', 77)
        self.settled([5000, 4777, 0])
        self.assertEqual(self.impulses(), [{place: 1.0, place + 77: 0.5}] * 2)
        self.mixer_.call('/track/2/offset_frames', 'h', -5100)
        self.settled([5400, 0, 400])
        self.assertEqual(self.impulses(), [{599: 1.0, 300: 0.5}] * 2)
        self.mixer_.stop()

    def test_a_change_of_latency_fades(self):
        self.start('tones', [('heard', 'lead', 1), ('late', 'lead', 1)], delays=(100,))
        self.feed('sounds:out_1', 'heard')
        self.patch.call('connect', 'sounds-late-1:out', 'mixer:late')    # silent, but late
        self.settled([100, 0])
        self.player.begin_to_hear(spec.RATE * 20)
        for latency in (400, 0, 30000, 50):
            self.player.process.stdin.write('')    # it hears; another hand reports
            self.patch.call('where')
            self.mixer_.call('/track/2/offset_frames', 'h', -latency)
            until(lambda latency=latency: self.mixer_.get('/track/1/delay') == 100 + latency,
                  f'a delay of {100 + latency}')
        _, heard = self.player.heard()
        heard = heard[:, 0].astype(float)
        slope = 2 * np.pi * jack_sounds.tone_hz(1) / spec.RATE
        bend = abs(np.diff(heard, 2)).max()
        fade = spec.RATE // 100
        self.assertGreater(abs(heard).max(), 0.9 * jack_sounds.AMPLITUDE)
        self.assertLess(bend, jack_sounds.AMPLITUDE * (slope ** 2 + 4 * slope / fade + 2 / fade))
        self.player.call('late', 1, 700)
        self.settled([700 + 50, 0])
        self.mixer_.stop()


if __name__ == '__main__':
    spec.main()
