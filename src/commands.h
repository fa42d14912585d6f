/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The subcommands of wideberth. Each gets its own name as argv[0], as a program of its own
 * would, reports errors on stderr and returns the exit status. Main thread.
 */

/* Exit status besides EXIT_SUCCESS and EXIT_FAILURE: the command line makes no sense. */
#define WB_EXIT_USAGE 2

int wb_cmd_bench(int argc, char **argv);
int wb_cmd_ctl(int argc, char **argv);
int wb_cmd_demo(int argc, char **argv);
int wb_cmd_import(int argc, char **argv);
int wb_cmd_render(int argc, char **argv);
int wb_cmd_run(int argc, char **argv);
