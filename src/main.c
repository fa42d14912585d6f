/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/carve/kernel.h"
#ifdef HAVE_GUI
#include "gui/application.h"
#endif
#include "src/commands.h"
#include "src/messages.h"

#include <errno.h>
#include <glib.h>
#include <glib/gi18n.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} WbCommand;

static const WbCommand commands[] = {
    {"import", wb_cmd_import, N_("make a session of a folder of stems")},
    {"render", wb_cmd_render, N_("write a session's de-masked mix to a file")},
    {"run", wb_cmd_run, N_("run a session live, without a window")},
    {"ctl", wb_cmd_ctl, N_("control a session that runs")},
    {"demo", wb_cmd_demo, N_("import, render and explain the bundled session")},
    {"bench", wb_cmd_bench, N_("measure what this machine can do")},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    g_print(_("Usage: %s [--driver NAME] [--play] [SESSION]\n"), PACKAGE);
    g_print(_("  or:  %s COMMAND [OPTION...]\n"), PACKAGE);
    g_print("%s\n\n", _("Mix multitrack sessions so that the important tracks are heard."));
    g_print("%s\n", _("Commands:"));
    for (const WbCommand *command = commands; command->name; command++)
        g_print("  %-10s %s\n", command->name, _(command->help));
    g_print("\n%s\n", _("Options:"));
    g_print("  %-12s %s\n", "-h, --help", _("show this help and exit"));
    g_print("  %-12s %s\n", "--version", _("show the version and exit"));
    g_print(_("\n'%s COMMAND --help' describes the options of a command.\n"), PACKAGE);
}

static void print_version(void)
{
    g_print("%s %s\n", PACKAGE_NAME, PACKAGE_VERSION);
    g_print("%s\n", _("Copyright (C) 2026 the Wideberth developers"));
    g_print("%s\n", _("License GPLv3+: GNU GPL version 3 or later "
                      "<https://gnu.org/licenses/gpl.html>"));
    g_print("%s\n", _("This is free software: you are free to change and redistribute it.\n"
                      "There is NO WARRANTY, to the extent permitted by law."));
}

static int usage_error(const char *program)
{
    g_printerr(_("Try '%s --help' for more information.\n"), program);
    return WB_EXIT_USAGE;
}

static void warn_of_kernel(void)
{
    WbCarveKernelStatus status;
    const char *name = wb_carve_kernel_default(&status)->name;
    if (status == WB_CARVE_KERNEL_UNKNOWN)
        wb_warn(_("WIDEBERTH_KERNEL names no kernel (c, sse2, avx2, avx512); using %s"), name);
    else if (status == WB_CARVE_KERNEL_UNSUPPORTED)
        wb_warn(_("this processor lacks the kernel WIDEBERTH_KERNEL asks for; using %s"), name);
}

static int run(const WbCommand *command, int argc, char **argv)
{
    g_autofree char *name = g_strconcat(PACKAGE, " ", command->name, NULL);
    g_set_prgname(name); /* as 'Usage:' of the command shows it */
    warn_of_kernel();
    const int status = command->run(argc, argv);
    return status == WB_EXIT_USAGE ? usage_error(name) : status;
}

static const WbCommand *command_of(const char *word)
{
    for (const WbCommand *command = commands; command->name; command++) {
        if (strcmp(word, command->name) == 0)
            return command;
    }
    return NULL;
}

static int open_window(int argc, char **argv)
{
#ifdef HAVE_GUI
    g_set_prgname(PACKAGE);
    warn_of_kernel();
    const int status = wb_gui_main(argc, argv);
    return status == WB_EXIT_USAGE ? usage_error(PACKAGE) : status;
#else
    (void)argv;
    if (argc < 2)
        g_printerr(_("%s: missing command; this build has no window\n"), PACKAGE);
    else
        g_printerr(_("%s: this build has no window; 'wideberth run SESSION' runs a session "
                     "without\n"),
                   PACKAGE);
    return usage_error(PACKAGE);
#endif
}

/* What the window takes: its options, and what may be a session. */
static bool is_for_window(const char *word)
{
    static const char *const options[] = {"--driver", "--server", "--client",
                                          "--block",  "--play",   "--help-window"};
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        const size_t length = strlen(options[i]);
        if (strncmp(word, options[i], length) == 0 && (word[length] == '\0' || word[length] == '='))
            return true;
    }
    return word[0] != '-' && g_file_test(word, G_FILE_TEST_EXISTS);
}

static int dispatch(int argc, char **argv)
{
    /* A session manager starts programs without arguments. */
    if (argc < 2 && g_getenv("NSM_URL"))
        return run(command_of("run"), argc, argv);
    if (argc < 2)
        return open_window(argc, argv);
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help();
        return EXIT_SUCCESS;
    }
    if (strcmp(word, "--version") == 0) {
        print_version();
        return EXIT_SUCCESS;
    }
    const WbCommand *command = command_of(word);
    if (command)
        return run(command, argc - 1, argv + 1);

    g_autofree char *shown = g_filename_display_name(word);
    if (is_for_window(word))
        return open_window(argc, argv);
    if (word[0] == '-')
        g_printerr(_("%s: unknown option '%s'\n"), PACKAGE, shown);
    else
        g_printerr(_("%s: unknown command '%s'\n"), PACKAGE, shown);
    return usage_error(PACKAGE);
}

/* A session keeps a file open for each track and for each stem: as many as the system allows. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    raise_file_limit();
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, LOCALEDIR);
    /* g_print() and GError take UTF-8 and convert to the terminal's charset themselves. */
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    textdomain(GETTEXT_PACKAGE);

    int status = dispatch(argc, argv);

    if ((fflush(stdout) != 0 || ferror(stdout)) && status == EXIT_SUCCESS) {
        g_printerr(_("%s: cannot write to standard output: %s\n"), PACKAGE, g_strerror(errno));
        status = EXIT_FAILURE;
    }
    return status;
}
