# SPDX-License-Identifier: GPL-3.0-or-later
"""The mixer's window, used as a person would, through the accessibility interface."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import desk

desk.require()

CONTROLS = ('slider', 'push button', 'toggle button', 'check box', 'combo box', 'text', 'image',
            'level bar', 'table')
DATA = os.environ.get('WIDEBERTH_DATADIR', 'data')


class WindowTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.display = desk.Display()
        cls.folder = Path(tempfile.mkdtemp(prefix='wideberth-window-'))
        cls.master = cls.folder / 'demo'
        subprocess.run([desk.PROGRAM, 'import', DATA + '/demo/stems', '-o', str(cls.master)],
                       check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.display.close()
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix='home-', dir=self.folder))
        self.session = self.home / 'Daybreak'
        shutil.copytree(self.master, self.session)
        self.window = None

    def tearDown(self):
        if self.window is not None and self.window.process.poll() is None:
            self.window.process.kill()
            self.window.process.wait()

    def open(self, *arguments, **keywords):
        self.window = desk.Window('--driver', 'dummy', *arguments, home=self.home, **keywords)
        return self.window

    def open_demo(self, *arguments):
        window = self.open(*arguments, self.session)
        window.find('Mute, Violin')
        return window

    def document(self):
        import json
        return json.loads((self.session / 'session.json').read_text())

    def discard(self, window):
        """Ends it without saving."""
        window.process.terminate()
        window.press('Discard')
        window.close(None)

    def test_every_control_has_a_name(self):
        window = self.open_demo()
        nameless = [thing for thing in window.all()
                    if thing.getRoleName() in CONTROLS and not thing.name]
        self.assertEqual([], nameless)
        window.close()

    def test_a_track_that_becomes_a_lead_is_no_longer_carved(self):
        window = self.open_demo('--play')
        carve = window.find('Spectrum and carve, Choir')
        desk.wait(lambda: 'nothing' not in carve.description, 12)
        window.press('Lead, Choir')
        desk.wait(lambda: 'nothing' in carve.description, 12)
        self.assertTrue(window.is_on('Lead, Choir'))
        self.assertFalse(window.is_on('Background, Choir'))
        window.press('Undo: Change role of Choir (Ctrl+Z)')
        desk.wait(lambda: 'nothing' not in carve.description, 12)
        window.close()

    def test_a_fader_moves_and_undo_brings_it_back(self):
        window = self.open_demo()
        before = window.value('Gain, Piano')
        window.set_value('Gain, Piano', 0.9)
        window.press('Undo: Change gain of Piano (Ctrl+Z)')
        desk.wait(lambda: abs(window.value('Gain, Piano') - before) < 1e-6)
        window.close()

    def test_mute_and_solo_are_saved(self):
        window = self.open_demo()
        window.press('Mute, Bass')
        window.press('Solo, Violin')
        desk.wait(lambda: window.is_on('Mute, Bass') and window.is_on('Solo, Violin'))
        window.key('ctrl+s')
        desk.wait(lambda: [track['name'] for track in self.document()['tracks']
                           if track.get('mute') or track.get('solo')] == ['Violin', 'Bass'])
        window.close()

    def test_a_track_comes_and_goes_and_comes_back(self):
        window = self.open_demo()
        window.key('ctrl+t')
        window.find('Mute, Track')
        window.key('Delete')
        desk.wait(lambda: not window.has('Mute, Track'))
        window.key('ctrl+z')
        window.find('Mute, Track')
        self.discard(window)

    def test_a_recording_is_a_file_of_its_length(self):
        import soundfile
        window = self.open_demo('--play')
        window.press('Record')
        time.sleep(2)
        window.press('Record')
        desk.wait(lambda: not window.is_on('Record'))
        found = desk.wait(lambda: list((self.session / 'audio').glob('* take *')))
        window.close()
        self.assertEqual(1, len(found))
        self.assertGreater(soundfile.info(str(found[0])).duration, 1.0)

    def test_the_mix_is_exported_and_reported(self):
        import soundfile
        window = self.open_demo()
        window.key('ctrl+e')
        window.press('Export to…')
        window.find('Export Mix', 'filler')
        time.sleep(1)
        window.key('Return')
        window.find('Daybreak.wav is written.', 'label', 40)
        window.close()
        written = soundfile.info(str(self.home / 'Daybreak.wav'))
        self.assertAlmostEqual(15, written.duration, delta=1)

    def test_two_hundred_tracks_and_none(self):
        import json
        document = self.document()
        first = document['tracks'][0]
        document['tracks'] = [{**first, 'id': n, 'name': f'Track of a very long name {n}'}
                              for n in range(1, 201)]
        (self.session / 'session.json').write_text(json.dumps(document))
        window = self.open('--play', self.session)
        window.find('Mute, Track of a very long name 200', seconds=60)
        window.key('ctrl+a', 'Delete')
        desk.wait(lambda: not window.has('Mute, Track of a very long name 1'), 60)
        window.key('ctrl+z')
        window.find('Mute, Track of a very long name 1', seconds=60)
        self.assertIsNone(window.process.poll(), window.messages())

    def test_closing_while_recording_asks(self):
        window = self.open_demo('--play')
        window.press('Record')
        desk.wait(lambda: list((self.session / 'audio').glob('* take *')))
        window.process.terminate()
        window.press('Stop recording')
        window.close(None)

    def test_a_second_signal_ends_it_and_keeps_the_changes(self):
        window = self.open_demo()
        window.press('Mute, Bass')
        kept = desk.wait(lambda: list((self.home / 'state').rglob('*.session')))
        window.process.terminate()
        window.find('Discard', 'push button')
        window.close()
        self.assertTrue(kept[0].exists())

    def test_unsaved_changes_survive_a_crash(self):
        window = self.open_demo()
        window.press('Mute, Bass')
        desk.wait(lambda: list((self.home / 'state').rglob('*.session')))
        window.process.kill()
        window.process.wait()
        window = self.open()
        window.press('Bring them back')
        desk.wait(lambda: window.is_on('Mute, Bass'))
        window.key('ctrl+s')
        desk.wait(lambda: not list((self.home / 'state').rglob('*.session')))
        window.close()

    def test_the_first_start_leads_to_the_demo(self):
        window = self.open(env={'WIDEBERTH_DATADIR': DATA})
        window.press('Try the demo session')
        window.find('Mute, Violin', seconds=30)
        window.close()

    def test_without_a_server_it_says_so_and_works_on(self):
        window = desk.Window('--server', 'nobody', self.session, home=self.home)
        self.window = window
        window.find('Try again')
        window.find('Mute, Violin')
        window.close()

    def test_without_a_display_it_names_the_command_that_needs_none(self):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ('DISPLAY', 'WAYLAND_DISPLAY')}
        done = subprocess.run([desk.PROGRAM, str(self.session)], capture_output=True, text=True,
                              env=environment)
        self.assertEqual(1, done.returncode)
        self.assertIn('wideberth run', done.stderr)

    def test_narrow_strips_keep_every_switch(self):
        window = self.open_demo()
        window.key('F4')
        desk.wait(lambda: not window.has('Trim, Violin', 'slider'))
        for name in ('Lead, Violin', 'Mute, Violin', 'Solo, Violin', 'Listen, Violin'):
            window.find(name)
        window.find('Gain, Violin', 'slider')
        window.close()

    def test_keys_change_the_selected_track(self):
        window = self.open_demo()
        window.key('Right', '3', 'm')
        desk.wait(lambda: window.is_on('Mute, Guitar') and window.is_on('Background, Guitar'))
        self.discard(window)


if __name__ == '__main__':
    if 'thread' in os.environ.get('WIDEBERTH_SANITIZERS', ''):
        sys.exit(desk.skip('GTK is not built for the thread sanitizer'))
    unittest.main(verbosity=2)
