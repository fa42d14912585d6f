# SPDX-License-Identifier: GPL-3.0-or-later
"""`wideberth bench` from outside: that it runs, and what its table and its JSON hold. How fast
things are is not tested."""
import json
import os
import unittest

import spec
from spec import run

SANITIZERS = os.environ.get('WIDEBERTH_SANITIZERS', 'no')
TRACK_COUNTS = [10, 40, 80, 160, 256]


class Bench(spec.Case):
    def check(self, figures):
        self.assertEqual(figures['format'], 'wideberth-bench')
        self.assertEqual(figures['version'], 1)
        self.assertGreaterEqual(figures['processors'], 1)
        self.assertAlmostEqual(figures['block_us'], 64 / 48000 * 1e6, places=3)
        self.assertAlmostEqual(figures['tick_us'], 20000, places=3)
        names = [kernel['name'] for kernel in figures['kernels']]
        self.assertEqual(names[0], 'c')
        self.assertIn(figures['kernel'], names)
        for kernel in figures['kernels']:
            self.assertGreater(kernel['us'], 0)
            self.assertGreater(kernel['lanes'], 0)
            self.assertAlmostEqual(kernel['percent_of_block'],
                                   100 * kernel['us'] / figures['block_us'], places=3)
        for group in ('cycles', 'control_ticks'):
            rows = figures[group]
            self.assertEqual([row['tracks'] for row in rows], TRACK_COUNTS)
            for row in rows:
                self.assertGreater(row['us'], 0)
                self.assertAlmostEqual(row['growth'], row['us'] / rows[0]['us'] * 10 / row['tracks'],
                                       places=3)
        for row in figures['cycles']:
            self.assertGreater(row['tick_us'], 0)
        for row in figures['control_ticks']:
            self.assertAlmostEqual(row['spectra_us'] + row['decision_us'], row['us'], places=3)
        for path in ('mixer', 'renderer'):
            self.assertIn(path, figures['bytes_per_track'])

    @unittest.skipIf('thread' in SANITIZERS, 'it has one thread, and takes long')
    def test_table_and_file(self):
        path = self.folder / 'bench.json'
        out, err = run('bench', '--json', path)
        self.assertEqual(err, '')
        figures = json.loads(path.read_text())
        self.check(figures)
        for kernel in figures['kernels']:
            self.assertIn(kernel['name'], out)
        for count in TRACK_COUNTS:
            self.assertRegex(out, rf'(?m)^ *{count} ')

    @unittest.skipIf(SANITIZERS != 'no', 'the other form is enough, and takes long')
    def test_json_in_place_of_the_table(self):
        out, _ = run('bench', '--json', '-', env={'WIDEBERTH_KERNEL': 'c', 'LC_ALL': 'de_DE.UTF-8'})
        figures = json.loads(out)
        self.check(figures)
        self.assertEqual(figures['kernel'], 'c')

    def test_mistakes(self):
        _, err = run('bench', 'session', status=2)
        self.assertIn('session', err)


if __name__ == '__main__':
    spec.main()
