#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the independent judge listen to rendered sessions and writes the table of doc/listening.md.

  listening.py --material DIR --judge DIR [--program wideberth] [--out doc/listening.md]
               [--start 9] [--length 6] [--only PIECE] [--jobs 2]

DIR of --material holds folders of stems with a roles.json each, that of --judge judge.py and
duel.py. For every piece, both timings and a gain of the lead of about 3 and 6 phon, the strength
that gives this gain is searched (up to 100 %), and the carve is set against a plain spectral ducker
of equal gain. Needs numpy, scipy and soundfile.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

GAINS = (3, 6)                      # phon
TRIED = (15, 30, 60, 100)            # strengths, percent
TIMINGS = ('playback', 'live')
TARGETS = {'playback': (0.45, 0.35), 'live': (0.60, 0.50)}      # lost sones, mean |dB|
ALONE = {'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1'}    # pieces are judged side by side
MARK = '<!-- the rest is written by bench/listening.py -->\n'


class Listener:
    def __init__(self, options, piece, folder):
        self.options, self.folder = options, Path(folder)
        tracks = json.loads((options.material / piece / 'roles.json').read_text())['tracks']
        self.roles = self.folder / 'roles.json'
        self.roles.write_text(json.dumps({t['file'][:-4]: t['role'] for t in tracks}))
        self.session = self.folder / 'session'
        self.wideberth('import', '--link', options.material / piece, '-o', self.session)
        self.render('dry', '--dry')

    def wideberth(self, *arguments):
        subprocess.run([self.options.program, *map(str, arguments)], check=True,
                       stdout=subprocess.DEVNULL)

    def render(self, name, *arguments):
        o = self.options
        self.wideberth('render', self.session, '-q', '--stems', self.folder / name,
                       '--start', o.start, '--end', o.start + o.length, *arguments)
        return self.folder / name

    def judged(self, script, wet, *arguments):
        """What judge.py or duel.py says of the stems in wet against the dry ones."""
        result = self.folder / 'result.json'
        subprocess.run([sys.executable, str(self.options.judge / script), '--stems',
                        str(self.folder / 'dry'), '--carved', str(wet), '--roles',
                        str(self.roles), '--json', str(result), *map(str, arguments)],
                       check=True, stdout=subprocess.DEVNULL, env={**os.environ, **ALONE})
        return json.loads(result.read_text())

    def gain(self, timing, strength):
        """Mean gain of the leads in phon."""
        wet = self.render('wet', '--timing', timing, '--strength', strength)
        stems = self.judged('judge.py', wet)['stems'].values()
        return statistics.mean(s['phon_gain'] for s in stems
                               if s['role'] == 'lead' and 'phon' in s)

    def strength_for(self, gains, wanted):
        """The strength at which the lead gains as much, between those tried; 100 if none does."""
        below, low = 0, 0
        for strength, gain in zip(TRIED, gains):
            if gain >= wanted:
                return round(below + (strength - below) * (wanted - low) / max(gain - low, 1e-6))
            below, low = strength, max(gain, low)
        return 100


def listen(options, piece):
    rows = []
    with tempfile.TemporaryDirectory(prefix='listening-') as folder:
        listener = Listener(options, piece, folder)
        for timing in TIMINGS:
            gains = [listener.gain(timing, s) for s in TRIED]
            for wanted in GAINS:
                strength = listener.strength_for(gains, wanted)
                wet = listener.render('wet', '--timing', timing, '--strength', strength)
                duel = listener.judged('duel.py', wet, '--length', options.length)
                rows.append({'piece': piece, 'timing': timing, 'wanted': wanted,
                             'strength': strength, **duel})
                print(describe(rows[-1]), flush=True)
    return rows


def describe(row):
    equal = '' if row['equal_gain'] else ' (unequal gain)'
    return ('| {piece} | {timing} | {strength} % | {0:+.1f}{2} | {1[lost_percent]:.2f} '
            '| {1[mean_db]:.2f} | {1[p95_db]:.2f} | {3:.1f} | {4:.1f} |').format(
                row['carve']['lead_phon'], row['ratio'], equal, row['carve']['lost_percent'],
                row['carve']['click_db'], **row)


def table(rows):
    lines = ['| piece | timing | strength | lead, phon | lost | mean | p95 | lost, % | click, dB |',
             '|---|---|---|---|---|---|---|---|---|']
    lines += [describe(r) for r in rows]
    lines += ['', '| medians | lead about | lost | target | mean | target | worst lost |',
              '|---|---|---|---|---|---|---|']
    for timing in TIMINGS:
        for wanted in GAINS:
            ratios = [r['ratio'] for r in rows if (r['timing'], r['wanted']) == (timing, wanted)]
            lost, mean = ([x[key] for x in ratios] for key in ('lost_percent', 'mean_db'))
            lines.append('| {} | +{} phon | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} |'.format(
                timing, wanted, statistics.median(lost), TARGETS[timing][0],
                statistics.median(mean), TARGETS[timing][1], max(lost)))
    return '\n'.join(lines) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--material', type=Path, required=True)
    parser.add_argument('--judge', type=Path, required=True)
    parser.add_argument('--program', default='wideberth')
    parser.add_argument('--out', type=Path)
    parser.add_argument('--start', type=float, default=9)
    parser.add_argument('--length', type=float, default=6)
    parser.add_argument('--only', action='append')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    options = parser.parse_args()
    pieces = options.only or sorted(p.parent.name for p in options.material.glob('*/roles.json'))
    with ThreadPoolExecutor(options.jobs) as pool:
        rows = [r for piece in pool.map(lambda p: listen(options, p), pieces) for r in piece]
    print(table(rows))
    if options.out:
        text = options.out.read_text()
        options.out.write_text(text[:text.index(MARK) + len(MARK)] + '\n' + table(rows))


if __name__ == '__main__':
    main()
