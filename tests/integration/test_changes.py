# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand changes while 40 live tracks and 20 from disk sound: nothing clicks, and under the
sanitizers nothing leaks or races."""
import random

import numpy as np
import soundfile

import jack_house
import jack_sounds
import spec

LIVE, PLAYBACK, CHANGES = 40, 20, 1000
SEED = 5
FADE = spec.RATE // 100
TOP_HZ = jack_sounds.tone_hz(LIVE)
GAIN = 2 * 10 ** (6 / 20)       # the most that trim and pan make of a tone


def click(x):
    """The largest fourth difference and where it is. It leaves little of low tones, while of a jump
    it makes three times its height."""
    difference = abs(np.diff(x, 4, axis=0)).max(axis=1)
    return difference.max(), difference.argmax()


def allowed(tones, corners):
    """The same of so many tones, all of them on a ramp of gain, and of so many corners in one frame
    at which a tone's ramp from one gain to its opposite begins or ends."""
    slope = 2 * np.pi * TOP_HZ / spec.RATE
    return jack_sounds.AMPLITUDE * GAIN * (
        tones * (slope ** 4 + 4 * slope ** 3 * 2 / FADE) + corners * 2 * 2 / FADE)


class Changes(jack_house.Case):
    def begin(self):
        seconds = np.arange(120 * spec.RATE) / spec.RATE
        self.path = self.folder / 'session'
        (self.path / 'audio').mkdir(parents=True)
        tracks = [{'id': number, 'name': f'live {number}', 'channels': 1 + number % 2,
                   'role': ('lead', 'support', 'background')[number % 3], 'clips': []}
                  for number in range(1, LIVE + 1)]
        for number in range(1, 5):
            tone = jack_sounds.AMPLITUDE * np.sin(2 * np.pi * (60 + 30 * number) * seconds)
            soundfile.write(str(self.path / 'audio' / f'{number}.wav'), tone, spec.RATE,
                            subtype='FLOAT')
        tracks += [{'id': LIVE + number, 'name': f'disk {number}', 'channels': 1,
                    'role': ('lead', 'support', 'background')[number % 3],
                    'clips': [{'file': f'audio/{1 + number % 4}.wav'}]}
                   for number in range(1, PLAYBACK + 1)]
        (self.path / 'session.json').write_text(spec.json.dumps(
            {'format': 'wideberth-session', 'version': 2, 'sample_rate': spec.RATE,
             'mix': {'strength_percent': 100}, 'tracks': tracks}))
        server = self.server(block=256, port_max=512)
        self.sounds = jack_sounds.Sounds(self, server, 'tones', LIVE)
        self.mix = self.mixer(server, self.path, '--format', 'wav-float', '--no-connect')
        self.patch = self.hand(server)
        for number in range(1, LIVE + 1):
            for side in (['L', 'R'] if number % 2 else ['']):
                self.patch.call('connect', f'sounds:out_{number}',
                                f'mixer:live {number} {side}'.rstrip())

    # Each returns (path, types, values...) of a message.

    def track(self):
        return self.dice.choice(self.tracks)

    def value(self, name, kind, *between):
        value = self.dice.uniform(*between) if kind == 'f' else self.dice.randint(*between)
        return f'/track/{self.track()}/{name}', kind, value

    def change(self):
        dice = self.dice
        return dice.choices((
            lambda: self.value('gain_db', 'f', -40, 0),
            lambda: self.value('pan', 'f', -1, 1),
            lambda: self.value('trim_db', 'f', -6, 6),
            lambda: self.value('depth_db', 'f', 0, 12),
            lambda: self.value('low_hz', 'f', 20, 1000),
            lambda: self.value('high_hz', 'f', 2000, 16000),
            lambda: self.value('mute', 'i', 0, 1),
            lambda: self.value('invert', 'i', 0, 1),
            lambda: self.value('carve_bypass', 'i', 0, 1),
            lambda: self.value('monitor', 'i', 0, 1),
            lambda: self.value('arm', 'i', 0, 1),
            lambda: self.value('direct_out', 'i', 0, 1),
            lambda: self.value('listen', 'i', 0, 1),
            lambda: self.value('compensate', 'i', 0, 1),
            lambda: self.value('offset_frames', 'h', -2000, 2000),
            lambda: self.value('move', 'i', 0, 50),
            lambda: (f'/track/{self.track()}/name', 's', f'name {dice.randint(0, 99)}'),
            lambda: (f'/track/{self.track()}/role', 's',
                     dice.choice(('lead', 'support', 'background'))),
            lambda: (f'/track/{self.track()}/solo', 'i', int(dice.random() < 0.1)),
            lambda: ('/mix/strength_percent', 'f', dice.uniform(0, 100)),
            lambda: ('/mix/gain_db', 'f', dice.uniform(-12, 0)),
            lambda: ('/mix/carve_bypass', 'i', dice.randint(0, 1)),
            lambda: ('/listen/match', 'i', dice.randint(0, 1)),
            lambda: ('/listen/delta', 'i', dice.randint(0, 1)),
            lambda: ('/track/add', 'si', f'new {dice.randint(0, 99)}', dice.randint(1, 2)),
            lambda: (f'/track/{self.track()}/remove',),
            lambda: ('/undo',),
            lambda: ('/redo',)), (3, 3, 2, 1, 1, 1, 3, 2, 2, 3, 2, 2, 2, 1, 2, 2, 1, 3, 1, 1, 1, 1, 1,
                                  1, 3, 3, 3, 2))[0]()

    def make_changes(self):
        self.dice = random.Random(SEED)
        for number in range(CHANGES):
            if number % 10 == 0:
                self.tracks = self.mix.get('/track/order')
                # A mix of which little is left tells little.
                if len(self.tracks) < LIVE:
                    self.mix.call('/undo')
                    self.tracks = self.mix.get('/track/order')
            try:
                self.mix.call(*self.change())
            except LookupError:
                pass                               # the track has gone meanwhile, nothing to undo

    def test_a_thousand_changes(self):
        self.begin()
        self.mix.call('/transport/play')
        self.mix.rolls_beyond(spec.RATE)
        bus = self.folder / 'bus.wav'
        self.mix.record(bus)
        self.mix.records_beyond(4800)
        self.make_changes()
        load = 'load %.1f %%, peak %.1f %%' % tuple(self.mix.get('/mix/load')[:2])
        self.mix.call('/record/stop')
        self.mix.says('recorded')
        underruns = sum(self.mix.get(f'/track/{track}/load')[2]
                        for track in self.mix.get('/track/order'))
        # The end comes in the midst of it all.
        self.mix.record(self.folder / 'last.wav')
        for _ in range(20):
            self.mix.remote.send(*self.change())
        self.mix.stop()
        spec.read(self.folder / 'last.wav')        # is valid
        heard = spec.read(bus)
        self.assertGreater(abs(heard).max(), 0.05)
        self.assertEqual(underruns, 0)             # which would be jumps
        # What moves all tracks along one ramp counts like three of them: their tones are not in step.
        most, limit = click(heard)[0], allowed(LIVE + PLAYBACK, 3)
        print(f'# {len(heard) / spec.RATE:.1f} s, up to {abs(heard).max():.3f}; fourth difference '
              f'{most:.2e}, {limit:.2e} allowed; {load}', flush=True)
        self.assertLess(most, limit, f'at {click(heard)[1]}')


if __name__ == '__main__':
    spec.main()
