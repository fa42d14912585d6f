/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names by which the window's parts and the desktop know the program. Thread: any. */
#pragma once

#define WB_APPLICATION_ID "io.github.wideberth.Wideberth"
#define WB_RESOURCE_BASE "/io/github/wideberth/Wideberth"
#define WB_RESOURCE(path) WB_RESOURCE_BASE "/" path
