/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of a session that sounds share: live.c (its life, document and driver),
 * live_tracks.c (bringing the mixer in line with the document), live_ports.c (ports, connections,
 * latencies), live_take.c (recording), live_readings.c, live_masking.c. Thread: main. */
#pragma once

#include "engine/disk/prefetch.h"
#include "engine/disk/recorder.h"
#include "engine/mix/meter.h"
#include "engine/mix/mixer.h"
#include "engine/mix/take.h"
#include "engine/rt/epoch.h"
#include "engine/session/connections.h"
#include "engine/session/live.h"

/* A port of ours, and where it leads. */
typedef struct {
    WbPort *port; /* NULL while there is no driver, or no room for it */
    bool refused; /* for want of room, which was told */
    WbConnectKind kind;
    unsigned track, channel;
    GPtrArray *known;    /* of char *: the other ends, connected or away */
    GPtrArray *away;     /* those of them that were not there when last looked for */
    GPtrArray *doubtful; /* those that were there but not connected */
} WbLivePort;

typedef struct {
    unsigned id;
    WbTrack *document; /* as it was when the mixer was last brought in line */
    WbMixerTrack *mixer;
    WbMixerTrackSettings settings; /* that the mixer has */
    WbPlayer *player, *next;       /* next takes its place when it is ready */
    bool failed;                   /* its clips cannot be read */
    bool listen;
    bool removed;   /* from the document; it fades out */
    gint64 faded;   /* clock of the mixer at which that is over */
    unsigned delay; /* of latency compensation */
    WbLivePort in[2], out[2];
} WbLiveTrack;

typedef struct {
    WbTake *take;
    double rate;      /* Hz */
    GPtrArray *files; /* of WbLiveFile */
    char *bus_path;
    WbTakeOptions options; /* its bus is bus_option */
    char *bus_option;
} WbLiveTake;

typedef struct {
    WbSink *sink;
    char *path;
    unsigned track;   /* 0: the bus */
    bool input;       /* of the track, else after its carve */
    unsigned latency; /* frames that its input arrives late */
    bool told;        /* that it has failed */
} WbLiveFile;

struct WbLive {
    WbSession *session;
    WbHistory *history;
    WbLiveOptions options;
    char *driver_name, *client, *server; /* what options.driver points to */
    WbLiveListener listener;

    double rate; /* of the mixer, Hz; 0: there is none */
    WbEpoch *epoch;
    WbPrefetch *prefetch;
    WbMixer *mixer;
    WbRecorder *recorder;
    WbMeter *meter;
    WbMixerSettings settings; /* that the mixer has */
    WbGuard guard;            /* that the prefetch has */
    WbLoop loop;              /* that prefetch and driver have */
    GPtrArray *tracks;        /* of WbLiveTrack, in the document's order, then removed ones */
    GArray *arranged;         /* of WbMixerTrack *: the order that the mixer has */
    bool rearrange;
    bool delta, match;

    WbDriver *driver; /* NULL while the server is away */
    bool started;     /* it is, and its ports can be connected */
    gint64 retry;     /* when to look for it again, monotonic */
    char *trouble;    /* what was last told of looking for it */
    bool resume;      /* a take was running when it went */
    WbLivePort bus[2], listen[2];
    bool retry_ports;  /* those refused */
    char **come;       /* ports of the graph, while they are looked at */
    gint64 look_again; /* at the graph, monotonic; 0: no need */
    bool connecting;   /* who is away, when he is found */
    bool unready;      /* a port is there that takes no connection */
    double connect_delay;
    gint64 connect_at; /* who has come, monotonic; 0: nobody has */
    gint64 doubt;      /* when a port was last found doubtful, monotonic; 0: none is */
    guint timer;
    WbTransportState transport; /* when last looked at */

    WbLiveTake *running, *last; /* takes */
    GPtrArray *finishing;       /* of WbLiveTake: being completed in the background */
    gint64 disk_free, disk_looked;
    double load, busy, sound; /* of the last second, and the totals when it began */
    gint64 load_looked;
    WbMasking *masking; /* NULL until somebody asks */
    gint64 masking_looked;
    guint64 xruns_before; /* of drivers that are gone, and at the last reset */
    gint64 late_before;
};

/* live.c */
void wb_live_tell(WbLive *live, WbLiveSeverity severity, char *taken_text);
void wb_live_tell_state(WbLive *live);

/* live_tracks.c */
/* Brings mixer, prefetch, ports and driver in line with the document. fade_in: new tracks do. */
void wb_live_sync(WbLive *live, bool fade_in);
/* Only that live->tracks are those of the document, in its order. */
void wb_live_sync_order(WbLive *live);
/* What has become possible with time: players that are ready, removed tracks that have faded. */
void wb_live_tracks_later(WbLive *live);
WbLiveTrack *wb_live_track(const WbLive *live, unsigned id);
/* All that belongs to the mixer, as before its end. */
void wb_live_drop_tracks(WbLive *live);

/* live_ports.c */
/* Makes the ports that the document wants and the driver lacks, gives them their names, and drops
 * the others. False: the server has no more ports, which is told of each port once. */
bool wb_live_sync_ports(WbLive *live, GError **error);
/* There may be room again. */
void wb_live_retry_ports(WbLive *live);
/* Connects who is there and not connected. */
void wb_live_connect(WbLive *live);
/* Looks at who is connected; upon a change. */
void wb_live_graph_changed(WbLive *live);
/* Looks again, connects who has come, decides whether who is not connected any more was about to
 * go. */
void wb_live_graph_later(WbLive *live);
/* Delays from the latencies of the ports; whether any has changed. */
bool wb_live_update_delays(WbLive *live);
/* Forgets the ports of a driver that is about to be closed, and makes the mixer forget them. */
void wb_live_drop_ports(WbLive *live);
/* Puts the connections into the document. */
void wb_live_keep_connections(WbLive *live);
/* Those of a track that is about to go: an undo may bring it back. */
void wb_live_keep_track(WbLive *live, WbLiveTrack *track);
void wb_live_port_init(WbLivePort *port, WbConnectKind kind, unsigned track, unsigned channel);
void wb_live_port_clear(WbLivePort *port);

/* live_take.c */
/* As wb_live_record_stop(), but one that is to be resumed will be. */
void wb_live_end_take(WbLive *live);
/* Looks after takes that run or are being completed. */
void wb_live_takes_later(WbLive *live);
void wb_live_track_sinks(const WbLive *live, unsigned id, WbMixerTrackSettings *settings);
void wb_live_take_free(gpointer data);
/* Completes all takes and waits for it. */
void wb_live_complete_takes(WbLive *live);

/* live_readings.c */
void wb_live_readings_later(WbLive *live);
