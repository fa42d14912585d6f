#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed of `wideberth render` against `sox -m`, which only sums the same files.

    against_sox.py STEMS [--runs N] [--program WIDEBERTH]

Imports the folder of stems, runs both by turns, and prints the medians of their wall times, their
ratio, and processor time for each second of audio.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


def measure(command):
    """Runs a command; returns (wall seconds, processor seconds)."""
    begin = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    if status != 0:
        raise SystemExit(f'{command[0]} failed')
    return wall, usage.ru_utime + usage.ru_stime


def seconds_of(path):
    return float(subprocess.check_output(['soxi', '-D', path]))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('stems', type=Path)
    parser.add_argument('--runs', type=int, default=7)
    parser.add_argument('--program', default='wideberth')
    options = parser.parse_args()

    stems = sorted(map(str, options.stems.glob('*.wav')))
    with tempfile.TemporaryDirectory(prefix='against-sox-') as folder:
        session, rendered, summed = (os.path.join(folder, name)
                                     for name in ('session', 'rendered.wav', 'summed.wav'))
        subprocess.run([options.program, 'import', '--link', options.stems, '-o', session],
                       check=True, stdout=subprocess.DEVNULL)
        commands = {'wideberth render': [options.program, 'render', '-q', session, '-o', rendered],
                    'sox -m': ['sox', '-m', *stems, summed]}
        for command in commands.values():  # once for the page cache
            measure(command)
        taken = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                taken[name].append(measure(command))
        seconds = seconds_of(rendered)

    print(f'{len(stems)} files, {seconds:.1f} s, {os.cpu_count()} processors, {options.runs} runs, '
          f'medians')
    walls = {}
    for name, runs in taken.items():
        walls[name] = statistics.median(wall for wall, _ in runs)
        work = statistics.median(work for _, work in runs)
        print(f'  {name:18} {walls[name]:6.2f} s wall   {work:6.2f} s CPU   '
              f'{work / seconds:.4f} s CPU per second of audio')
    ratio = walls['wideberth render'] / walls['sox -m']
    print(f'  wall time against sox: {ratio:.2f}')


if __name__ == '__main__':
    main()
