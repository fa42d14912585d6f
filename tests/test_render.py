# SPDX-License-Identifier: GPL-3.0-or-later
"""`wideberth render` from outside: the same bits whatever the blocks and threads, stems that sum to
the bus, cuts where the lead needs them and nowhere else."""
import json

import numpy as np
import soundfile

import spec
from spec import RATE, band_noise, level_db, noise, read, run

LEAD_BAND = (1000, 2000)


def masked_session(case, **keywords):
    """A lead from 1 to 2 kHz, covered by broad noise; a support track; a mono track."""
    return case.session(
        {'lead': band_noise(1, 4, *LEAD_BAND, 0.03), 'pad': noise(2, 4, 0.05),
         'second': noise(3, 4, 0.01), 'mono': noise(4, 4, 0.02, 1)},
        {'lead': 'lead', 'second': 'support'}, {'pad': -3, 'mono': 2}, **keywords)


class SameBits(spec.Case):
    def test_blocks_threads_and_runs(self):
        session = masked_session(self)
        first = self.render(session)
        self.assertGreater(abs(first).max(), 0.01)
        for options in (['--block-size', 64], ['--block-size', 1000], ['--block-size', 8192],
                        ['--threads', 1], ['--threads', 2], ['--threads', 3, '--block-size', 1],
                        []):
            self.assertTrue((self.render(session, *options) == first).all(), options)
        live = self.render(session, '--timing', 'live')
        self.assertTrue((self.render(session, '--timing', 'live', '--block-size', 77,
                                     '--threads', 2) == live).all())
        self.assertFalse((live == first).all())

    def test_strength_zero_is_dry(self):
        session = masked_session(self)
        dry = self.render(session, '--dry')
        for timing in ('live', 'playback'):
            none = self.render(session, '--strength', 0, '--timing', timing)
            self.assertTrue((dry == none).all())
        self.assertFalse((dry == self.render(session)).all())

    def test_every_kernel_gives_the_same_mix(self):
        session = masked_session(self)
        first = self.render(session)
        for kernel in ('c', 'sse2', 'avx2', 'avx512'):
            other = self.render(session, env={'WIDEBERTH_KERNEL': kernel})
            self.assertLess(abs(other - first).max(), 1e-6, kernel)


class Offset(spec.Case):
    def test_a_track_sounds_later_or_earlier(self):
        clicks = np.zeros((RATE, 1))
        clicks[[100, 30000]] = 0.5
        session = self.session({'click': clicks})
        for frames in (0, 777, -777):
            self.edit(session, lambda document: document['tracks'][0].update(offset_frames=frames))
            mix = self.render(session)
            at = np.flatnonzero(abs(mix[:, 0]) > 0.1)
            self.assertEqual(list(at), [n + frames for n in (100, 30000) if n + frames >= 0])


class Stems(spec.Case):
    def test_they_sum_to_the_bus(self):
        session = masked_session(self)
        for options in ([], ['--dry'], ['--timing', 'live'], ['--start', 1.005, '--end', '3.25']):
            bus = self.render(session, '--stems', self.folder / 'stems', *options)
            stems = [read(p) for p in sorted((self.folder / 'stems').iterdir())]
            self.assertEqual(len(stems), 4)
            self.assertLess(abs(sum(stems) - bus).max(), 1e-6)

    def test_dry_stems_are_the_files_at_their_faders(self):
        session = masked_session(self)
        self.render(session, '--dry', '--stems', self.folder / 'stems')
        for name, gain in (('lead', 0), ('pad', -3), ('second', 0), ('mono', 2)):
            source = read(self.folder / 'session-stems' / (name + '.wav'))
            expected = np.broadcast_to(source * 10 ** (gain / 20), (len(source), 2))
            self.assertLess(abs(read(self.folder / 'stems' / (name + '.wav')) - expected).max(),
                            1e-7)

    def test_only_what_covers_the_lead_is_cut_and_only_there(self):
        session = masked_session(self)
        for timing in ('playback', 'live'):
            self.render(session, '--timing', timing, '--strength', 70, '--stems',
                        self.folder / 'wet')
            self.render(session, '--dry', '--stems', self.folder / 'dry')
            dry, wet = ({p.stem: read(p)[RATE:] for p in (self.folder / f).iterdir()}
                        for f in ('dry', 'wet'))
            self.assertTrue((dry['lead'] == wet['lead']).all())
            inside, below, above = (level_db(dry['pad'], *band) - level_db(wet['pad'], *band)
                                    for band in (LEAD_BAND, (50, 500), (4000, 15000)))
            self.assertGreater(inside, 2)
            self.assertLess(abs(below), 0.2)
            self.assertLess(abs(above), 0.2)

    def test_no_sample_is_late(self):
        pad = 0.001 * noise(5, 3, 1)
        pad[RATE + 123] = 0.9
        session = self.session({'lead': band_noise(1, 3, *LEAD_BAND, 0.01), 'pad': pad},
                               {'lead': 'lead'})
        self.render(session, '--strength', 100, '--stems', self.folder / 'stems')
        self.assertEqual(abs(read(self.folder / 'stems' / 'pad.wav')[:, 0]).argmax(), RATE + 123)


class Mixing(spec.Case):
    def test_mute_solo_and_roles(self):
        session = masked_session(self)
        dry = self.render(session, '--dry')

        track = {t['name']: i for i, t in
                 enumerate(json.loads((session / 'session.json').read_text())['tracks'])}
        self.edit(session, lambda d: d['tracks'][track['lead']].update(mute=True))
        muted = self.render(session, '--dry')
        lead = read(self.folder / 'session-stems' / 'lead.wav')
        self.assertLess(abs(dry - muted - lead).max(), 1e-6)
        self.assertTrue((self.render(session) == muted).all())     # no lead, no cut
        self.edit(session, lambda d: d['tracks'][track['lead']].update(mute=False, solo=True))
        self.assertLess(abs(self.render(session) - lead).max(), 1e-6)
        self.edit(session, lambda d: d['tracks'][track['lead']].update(solo=False,
                                                                       role='background'))
        self.assertTrue((self.render(session, '--timing', 'live') == dry).all())

    def test_bypassed_tracks_are_left_whole(self):
        session, report = masked_session(self), self.folder / 'report.json'
        dry = self.render(session, '--dry')
        self.edit(session, lambda d: d['mix'].update(carve_bypass=True))
        self.assertTrue((self.render(session, '--report', report) == dry).all())
        for track in json.loads(report.read_text())['tracks']:
            self.assertEqual(track['loudness_after'], track['loudness_before'])

    def test_a_range_is_that_part_of_the_whole(self):
        session = masked_session(self)
        whole = self.render(session, '--dry')
        part = self.render(session, '--dry', '--start', '0:01.5', '--end', 2.25)
        self.assertTrue((part == whole[int(1.5 * RATE):int(2.25 * RATE)]).all())

    def test_a_carve_that_starts_amid_the_music_does_not_click(self):
        session = masked_session(self)
        for start in (1, 1.005):
            pad = []
            for options in ([], ['--dry']):
                self.render(session, '--strength', 80, '--start', start, '--stems',
                            self.folder / 'stems', *options)
                pad.append(read(self.folder / 'stems' / 'pad.wav'))
            taken = abs(pad[0] - pad[1]).max(1)
            self.assertLess(taken[0], 1e-3 * taken.max())
            self.assertLess(taken[:48].max(), 0.2 * taken.max())    # the first ms of 20

    def test_normalize_is_one_gain_and_keeps_the_peak(self):
        session = masked_session(self)
        plain = self.render(session)
        loud, report = self.folder / 'loud.wav', self.folder / 'report.json'
        run('render', session, '-q', '-o', loud, '--format', 'wav-float', '--normalize', -30,
            '--report', report)
        mix = json.loads(report.read_text())['mix']
        self.assertAlmostEqual(mix['integrated_lufs'], -30, 1)
        gain = read(loud) / np.where(abs(plain) > 1e-3, plain, np.nan)
        self.assertLess(np.nanmax(gain) - np.nanmin(gain), 1e-4)
        _, said = run('render', session, '-o', loud, '--normalize', 0, '--report', report)
        self.assertIn('true peak', said)
        self.assertLess(json.loads(report.read_text())['mix']['true_peak_dbtp'], -0.99)

    def test_files_of_other_rates_and_lengths(self):
        source = self.folder / 'stems'
        source.mkdir()
        t = np.arange(2 * 44100) / 44100
        soundfile.write(str(source / 'lead.wav'), 0.2 * np.sin(2 * np.pi * 440 * t), 44100)
        soundfile.write(str(source / 'pad.wav'), noise(1, 1), RATE)
        soundfile.write(str(source / 'fx.flac'), noise(2, 0.5), RATE)
        run('import', source, '-o', self.folder / 's')
        mix = self.render(self.folder / 's', '--dry')
        self.assertEqual(len(mix), 2 * RATE)
        alone = mix[int(1.2 * RATE):int(1.8 * RATE), 0]
        expected = 0.2 * np.sin(2 * np.pi * 440 * np.arange(int(1.2 * RATE), int(1.8 * RATE)) / RATE)
        self.assertLess(abs(alone - expected).max(), 1e-4)

    def test_every_format_can_be_read_again(self):
        session = masked_session(self)
        expected = self.render(session)
        for name, options, error in (('a.wav', ['--format', 'wav'], 2 ** -14),
                                     ('b.wav', [], 2 ** -22), ('c.flac', [], 2 ** -22),
                                     ('d.rf64', ['--format', 'rf64'], 2 ** -22)):
            run('render', session, '-q', '-o', self.folder / name, *options)
            data = read(self.folder / name)
            self.assertEqual(data.shape, expected.shape, name)
            self.assertLess(abs(data - expected).max(), error, name)
        for name in ('e.ogg', 'f.opus'):        # lossy: alike, and in place
            run('render', session, '-q', '-o', self.folder / name)
            data = read(self.folder / name)
            self.assertEqual(data.shape, expected.shape, name)
            likeness = (data * expected).sum() / np.sqrt((data ** 2).sum() * (expected ** 2).sum())
            self.assertGreater(likeness, 0.85, name)

    def test_the_report_tells_what_was_done(self):
        session = masked_session(self)
        path = self.folder / 'report.json'
        self.render(session, '--report', path, '--strength', 70)
        report = json.loads(path.read_text())
        track = {t['name']: t for t in report['tracks']}
        self.assertAlmostEqual(report['length_seconds'], 4, 5)
        self.assertAlmostEqual(track['lead']['sounding_seconds'], 4, 5)
        self.assertEqual(track['lead']['share_of_cut'], 0)
        self.assertGreater(track['lead']['loudness_after'], 1.1 * track['lead']['loudness_before'])
        self.assertAlmostEqual(sum(t['share_of_cut'] for t in report['tracks']), 1, 5)
        self.assertEqual(len(track['pad']['bands']), 24)
        deepest = max(track['pad']['bands'], key=lambda b: b['mean_cut_db'])
        self.assertTrue(900 <= deepest['from_hz'] <= 2000)
        self.assertEqual(report['speed']['late_ticks'], 0)
        self.assertGreater(report['speed']['times_real_time'], 0)


if __name__ == '__main__':
    spec.main()
