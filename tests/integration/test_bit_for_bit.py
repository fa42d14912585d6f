# SPDX-License-Identifier: GPL-3.0-or-later
"""What a freewheeling server records is what a render of the same session gives, bit for bit."""
import numpy as np
import soundfile

import jack_house
import spec
from jack_house import until

SECONDS = 4
MIDDLE = 60123                                     # on no tick, in no block's beginning


class BitForBit(jack_house.Case):
    def setUp(self):
        super().setUp()
        self.path = self.session(
            {'vox': spec.band_noise(1, SECONDS, 200, 4000, 0.1),
             'keys': spec.band_noise(2, SECONDS, 300, 3000, 0.15),
             'pad': spec.band_noise(3, SECONDS, 100, 8000, 0.2),
             'bass': spec.band_noise(4, SECONDS, 40, 500, 0.2, channels=1)},
            {'vox': 'lead', 'keys': 'support'}, {'pad': -3})
        # Of another sample rate than the session's.
        clip = self.document()['tracks'][2]['clips'][0]['file']
        soundfile.write(str(self.path / clip),
                        spec.band_noise(5, SECONDS * 44100 / spec.RATE, 100, 8000, 0.2), 44100,
                        subtype='PCM_16')
        self.edit(self.path, lambda document: document['tracks'][1].update(pan=-0.4, trim_db=1.5))

    def document(self):
        return spec.json.loads((self.path / 'session.json').read_text())

    def start(self, block, *arguments):
        server = self.server(block=block)
        mixer = self.mixer(server, self.path, '--format', 'wav-float', *arguments)
        self.clock = self.hand(server, name='clock')
        self.clock.call('freewheel', 1)
        return mixer

    def take(self, mixer, name, start=0):
        """The bus from `start` on, recorded with the transport."""
        path = self.folder / name
        mixer.call('/transport/locate', 'h', start)
        until(lambda: mixer.get('/transport/position')[0] == start, 'located')
        mixer.record(path, with_transport=1)
        mixer.call('/transport/play')
        mixer.rolls_beyond(SECONDS * spec.RATE)
        mixer.call('/transport/stop')
        until(lambda: not mixer.get('/record/state')[0], 'the take ends')
        until(lambda: path.name in mixer.messages(), 'the take is complete')
        return spec.read(path)

    def same(self, recorded, rendered):
        self.assertGreaterEqual(len(recorded), len(rendered))
        differs = np.flatnonzero((recorded[:len(rendered)] != rendered).any(axis=1))
        self.assertEqual(len(differs), 0,
                         f'{len(differs)} frames differ, from {differs[:1]} of {len(rendered)} on')

    def test_from_the_start_and_from_the_middle(self):
        whole = self.render(self.path, name='whole.wav')
        part = self.render(self.path, '--start', f'{MIDDLE / spec.RATE:.9f}', name='part.wav')
        self.assertEqual(len(part), len(whole) - MIDDLE)
        for block in (64, 256, 1024):
            with self.subTest(block=block):
                mixer = self.start(block)
                self.same(self.take(mixer, f'whole-{block}.wav'), whole)
                self.same(self.take(mixer, f'part-{block}.wav', MIDDLE), part)
                self.same(self.take(mixer, f'again-{block}.wav'), whole)
                mixer.stop()

    def test_what_was_changed_while_it_stood_still_holds_from_the_first_frame_on(self):
        mixer = self.start(256)
        self.take(mixer, 'before.wav')
        mixer.call('/transport/locate', 'h', 0)
        until(lambda: mixer.get('/transport/position')[0] == 0, 'located')
        mixer.call('/track/3/role', 's', 'lead')
        mixer.call('/track/1/role', 's', 'background')
        mixer.call('/mix/strength_percent', 'f', 80)
        mixer.call('/track/2/remove')
        mixer.call('/save')
        until(lambda: 'mixer:keys L' not in self.clock.ports(), 'the removed track is gone')
        self.same(self.take(mixer, 'after.wav'), self.render(self.path, name='changed.wav'))
        mixer.call('/undo')
        mixer.call('/save')
        self.same(self.take(mixer, 'undone.wav'), self.render(self.path, name='undone-too.wav'))
        mixer.stop()

    def test_without_guard_it_is_a_render_in_live_timing(self):
        mixer = self.start(256, '--guard', 'off')
        self.same(self.take(mixer, 'take.wav'), self.render(self.path, '--timing', 'live'))
        mixer.stop()


if __name__ == '__main__':
    spec.main()
