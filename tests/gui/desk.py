# SPDX-License-Identifier: GPL-3.0-or-later
"""A real window of the program on a display of its own, seen and used through AT-SPI.

The script that imports this runs itself again under a D-Bus session of its own.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = os.path.abspath(os.environ.get('WIDEBERTH', './wideberth'))
LAUNCHERS = ('/usr/libexec/at-spi-bus-launcher', '/usr/lib/at-spi2-core/at-spi-bus-launcher')
SKIP = 77


def require():
    """Ends the script as skipped where a window cannot be tested; starts it again under D-Bus."""
    try:
        import pyatspi  # noqa: F401
    except ImportError:
        sys.exit(skip('python3-pyatspi is missing'))
    for command in ('Xvfb', 'dbus-run-session', 'xdotool'):
        if not shutil.which(command):
            sys.exit(skip(f'{command} is missing'))
    if subprocess.run([PROGRAM, '--help'], capture_output=True).stdout.find(b'[SESSION]') < 0:
        sys.exit(skip('the program was built without its window'))
    if 'WIDEBERTH_TEST_BUS' not in os.environ:
        os.environ['WIDEBERTH_TEST_BUS'] = '1'
        os.execvp('dbus-run-session', ['dbus-run-session', '--', sys.executable, *sys.argv])


def skip(why):
    print('skipped:', why, file=sys.stderr)
    return SKIP


class Display:
    """A virtual display, and the accessibility bus."""

    def __init__(self, width=1600, height=1000):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ['Xvfb', '-displayfd', str(write), '-screen', '0', f'{width}x{height}x24', '-noreset', '-nolisten',
             'tcp'], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            self.name = ':' + told.readline().strip()
        os.environ['DISPLAY'] = self.name
        launcher = next(path for path in LAUNCHERS if os.path.exists(path))
        self.bus = subprocess.Popen([launcher, '--launch-immediately'], stderr=subprocess.DEVNULL)

    def close(self):
        for process in (self.bus, self.server):
            process.terminate()
            process.wait()


class Ended(AssertionError):
    """The program is gone."""


def wait(what, seconds=15, every=0.1):
    """Waits until what() is true, and returns it."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = what()
        except Ended:
            raise
        except Exception:  # what one looks at may be gone in between
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError('waited in vain')
        time.sleep(every)


class Window:
    """The program with its window."""

    def __init__(self, *arguments, home=None, env=None):
        import pyatspi
        self.atspi = pyatspi
        self.home = Path(home or tempfile.mkdtemp(prefix='wideberth-window-'))
        self.own_home = home is None
        environment = {
            **os.environ, 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo', 'GTK_A11Y': 'atspi',
            'GSETTINGS_BACKEND': 'keyfile', 'LC_ALL': 'C.UTF-8', 'G_DEBUG': 'fatal-criticals',
            'ASAN_OPTIONS': 'detect_leaks=0',  # fonts and themes are kept to the end
            'XDG_CONFIG_HOME': str(self.home / 'config'), 'XDG_DATA_HOME': str(self.home / 'data'),
            'XDG_STATE_HOME': str(self.home / 'state'), **(env or {})}
        self.log = open(self.home / 'log', 'ab+')
        self.process = subprocess.Popen([PROGRAM, *map(str, arguments)], env=environment,
                                        stdout=self.log, stderr=self.log)
        self.application = wait(self._application, 30)

    def _application(self):
        if self.process.poll() is not None:
            raise Ended(self.messages())
        desktop = self.atspi.Registry.getDesktop(0)
        for application in desktop:
            if application is not None and application.get_process_id() == self.process.pid:
                return application
        return None

    def messages(self):
        self.log.seek(0)
        return self.log.read().decode('utf-8', 'replace')

    def all(self, root=None):
        """All accessible objects that are shown, from the top down."""
        for child in (root or self.application):
            if child is None:
                continue
            yield child
            yield from self.all(child)

    def find(self, name, role=None, seconds=15):
        """The first object of this name (and role)."""
        def look():
            for found in self.all():
                if found.name == name and (role is None or found.getRoleName() == role):
                    return found
            return None
        try:
            return wait(look, seconds)
        except AssertionError:
            raise AssertionError(f'no {role or "object"} "{name}"\n{self.tree()}') from None

    def has(self, name, role=None):
        return any(found.name == name and (role is None or found.getRoleName() == role)
                   for found in self.all())

    def press(self, name, role='push button'):
        self.find(name, role).queryAction().doAction(0)

    def value(self, name):
        return self.find(name, 'slider').queryValue().currentValue

    def set_value(self, name, value):
        self.find(name, 'slider').queryValue().currentValue = value

    def is_on(self, name, role='push button'):
        states = self.find(name, role).getState()
        return states.contains(self.atspi.STATE_PRESSED) or states.contains(
            self.atspi.STATE_CHECKED)

    def key(self, *keys):
        subprocess.run(['xdotool', 'key', '--clearmodifiers', *keys], check=True)

    def type(self, text):
        subprocess.run(['xdotool', 'type', text], check=True)

    def picture(self, path):
        subprocess.run(['import', '-window', 'root', str(path)], check=True)

    def tree(self):
        lines = []

        def show(thing, depth):
            lines.append(f'{"  " * depth}{thing.getRoleName()} "{thing.name}"')
            for child in thing:
                if child is not None:
                    show(child, depth + 1)
        show(self.application, 0)
        return '\n'.join(lines)

    def close(self, how=signal.SIGTERM, status=0):
        if how is not None and self.process.poll() is None:
            self.process.send_signal(how)
        try:
            ended = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError('the program does not end\n' + self.messages()) from None
        text = self.messages()
        self.log.close()
        if self.own_home:
            shutil.rmtree(self.home, ignore_errors=True)
        if status is not None and ended != status:
            raise AssertionError(f'exit status {ended}, not {status}\n{text}')
        for trouble in ('CRITICAL', 'WARNING', 'Sanitizer', 'runtime error'):
            if trouble in text:
                raise AssertionError(text)
        return text
