/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window as a program: `wideberth [OPTION...] [SESSION]`. Thread: main. */
#pragma once

/* argv[0] is the program's name. The exit status; without a display it says how to do without. */
int wb_gui_main(int argc, char **argv);
