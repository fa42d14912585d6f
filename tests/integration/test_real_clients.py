# SPDX-License-Identifier: GPL-3.0-or-later
"""Among programs that people use: ecasound and jack-play play into live tracks, jack_rec records
what leaves, and the background makes room for the lead."""
import os
import shutil
import subprocess

import numpy as np
import soundfile

from jack_house import Case, until
from spec import RATE, band_noise, level_db, main, noise, read

LEAD_BAND = (1000, 2000)
OTHER_BANDS = ((60, 500), (4000, 12000))
OUTPUTS = [f'mixer:{name} {side}' for name in ('mix', 'Vox out', 'Pad out') for side in 'LR']


class RealClients(Case):
    def setUp(self):
        for program in ('ecasound', 'jack-play', 'jack_rec'):
            if not shutil.which(program):
                self.skipTest(f'{program} is not installed')
        super().setUp()
        self.jack = self.server(block=512, waits=False)
        self.patch = self.hand(self.jack)

    def program(self, *words):
        """Starts one that ends with the test."""
        process = subprocess.Popen(
            [*map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=self.folder,
            env={**os.environ, 'JACK_DEFAULT_SERVER': self.jack.name, 'HOME': str(self.folder)})

        def end():
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.addCleanup(end)
        return process

    def play(self, client, *words, into):
        """Starts a program and takes its first two outputs to a track."""
        process = self.program(*words)

        def outputs():
            self.assertIsNone(process.poll(), f'{words[0]} has ended')
            return [port for port in self.patch.ports() if port.startswith(client)]
        for port, side in zip(until(lambda: len(outputs()) >= 2 and outputs(), words[0]), 'LR'):
            until(lambda: self.patch.connects(port, f'mixer:{into} {side}'), f'{port} is connected')

    def record(self, name, seconds=4):
        """All outputs, by jack_rec: (bus, Vox, Pad)."""
        path = self.folder / name
        recorder = self.program('jack_rec', '-f', path, '-d', seconds, '-b', 32, *OUTPUTS)
        self.assertEqual(recorder.wait(timeout=60), 0)
        data = read(path)
        self.assertGreaterEqual(len(data), seconds * RATE)
        return data[:, :2], data[:, 2:4], data[:, 4:]

    def cut_db(self, source, heard):
        """How much less there is of the source in the lead's band and beside it, in dB. Two pieces
        of noise, 4 s long and 440 Hz wide, differ by 0.15 dB (standard deviation)."""
        return [level_db(source[:len(heard)], *band) - level_db(heard, *band)
                for band in (LEAD_BAND, *OTHER_BANDS)]

    def test_the_background_makes_room_for_the_lead(self):
        lead, pad = band_noise(1, 30, *LEAD_BAND, 0.05), noise(2, 100, 0.05)
        for name, samples in (('lead', lead), ('pad', pad)):
            soundfile.write(str(self.folder / f'{name}.wav'), samples, RATE, subtype='FLOAT')
        session = self.live_session(('Vox', 'lead'), ('Pad', 'background'))
        self.edit(session, lambda document: (
            document['mix'].update(strength_percent=70),
            [track.update(direct_out=True) for track in document['tracks']]))
        mixer = self.mixer(self.jack, session)
        self.play('ecasound:', 'ecasound', '-q', '-f:f32_le,2,48000', '-tl', '-i',
                  self.folder / 'lead.wav', '-o', 'jack,,out', into='Vox')
        self.play('jack-play', 'jack-play', self.folder / 'pad.wav', into='Pad')
        until(lambda: sum(mixer.get('/track/2/carve')) > 3, 'the carve is at work')

        def carved():
            bus, vox_out, pad_out = self.record('carved.wav')
            self.assertLess(abs(bus - vox_out - pad_out).max(), 1e-6)
            inside, *beside = self.cut_db(pad, pad_out)
            self.assertGreater(inside, 2)
            for cut in beside:
                self.assertLess(abs(cut), 0.5)
            self.is_a_piece_of(vox_out, lead)          # the lead is not touched

        def bypassed():
            bus, vox_out, pad_out = self.record('bypassed.wav')
            for cut in self.cut_db(pad, pad_out):
                self.assertLess(abs(cut), 0.5)
            self.is_a_piece_of(vox_out, lead)
            self.assertLess(abs(bus - vox_out - pad_out).max(), 1e-6)

        self.when_all_are_in_time(carved)
        mixer.call('/mix/carve_bypass', 'i', 1)
        self.when_all_are_in_time(bypassed)
        mixer.stop()

    def when_all_are_in_time(self, check, attempts=4):
        """A busy machine makes one program or another late, which the recording then shows."""
        for attempt in range(attempts):
            try:
                return check()
            except AssertionError:
                if attempt == attempts - 1:
                    raise

    def is_a_piece_of(self, heard, source):
        """To the sample, but for moments when a client was late."""
        size = 1 << len(source).bit_length()
        whole = np.fft.rfft(source[:, 0], size)
        good = 0
        for start in range(0, 20 * 4800, 4800):
            piece = heard[start:start + 4800]
            likeness = np.fft.irfft(whole * np.fft.rfft(piece[::-1, 0], size), size)
            at = int(likeness[len(piece) - 1:len(source)].argmax())
            good += abs(source[at:at + len(piece)] - piece).max() < 1e-5
        self.assertGreater(good, 5)


main()
