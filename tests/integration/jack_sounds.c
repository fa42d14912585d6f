/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clients that make sound, delay it, and listen, for the tests. Cycles of all of them count alike:
 * what sounds in a frame is heard in a frame of the same number, if nothing between them delays it.
 *
 * jack_sounds SERVER NAME tones|impulses|malloc|printf|lock|sleep OUTPUTS EARS [DELAY...]
 *
 * The last four do on the audio thread what must not be done there, for the test of the guard, from
 * the first line of input on: JACK 2 gets stuck on a client that dies while it is being activated.
 * NAME has the ports out_1... (tones: 60 Hz and 3 Hz more from one to the next; impulses: all at
 * once). NAME-late-1... delay from in to out and report it as latency. NAME-ear has in_1...
 * Lines on the standard input:
 *   record FRAMES FILE    writes the number of the first frame (64 bits), then floats, interleaved
 *   late N FRAMES         NAME-late-N reports another latency (its delay stays) */
#include <jack/jack.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_PORTS 128
#define MOST_DELAYS 8
#define LINE_FRAMES 65536
#define PERIOD 4801 /* of impulses, frames; no multiple of a block */
#define IMPULSE 0.5f
#define AMPLITUDE 0.01

typedef struct {
    jack_client_t *client;
    jack_port_t *in, *out;
    unsigned delay;
    atomic_uint latency;
    uint64_t at;
    float line[LINE_FRAMES];
} Late;

static struct {
    const char *server, *name;
    bool impulses;
    char offence; /* its initial, or 0 */
    atomic_bool offends;
    unsigned outputs, ears, lates;
    jack_client_t *source, *ear;
    jack_port_t *out[MOST_PORTS], *in[MOST_PORTS];
    double phase[MOST_PORTS];
    _Atomic uint64_t now; /* number of the first frame of the cycle that the source began last */
    uint64_t next;
    Late late[MOST_DELAYS];
    /* The ear: main fills these in, then sets wanted. */
    float *heard;
    size_t count;
    uint64_t first;
    atomic_size_t wanted;
    atomic_bool full;
} sounds;

static void offend(void)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static void *volatile memory;
    switch (atomic_load(&sounds.offends) ? sounds.offence : 0) {
    case 'm':
        memory = malloc(64);
        free(memory);
        break;
    case 'p':
        fprintf(stderr, "a cycle\n"); /* which becomes fwrite() */
        break;
    case 'l':
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
        break;
    case 's':
        usleep(1);
        break;
    default:
        break;
    }
}

static int make_sound(jack_nframes_t frames, void *data)
{
    (void)data;
    offend();
    atomic_store(&sounds.now, sounds.next);
    for (unsigned o = 0; o < sounds.outputs; o++) {
        float *out = jack_port_get_buffer(sounds.out[o], frames);
        const double step = 2 * M_PI * (60 + 3 * o) / jack_get_sample_rate(sounds.source);
        for (jack_nframes_t i = 0; i < frames; i++) {
            if (sounds.impulses) {
                out[i] = (sounds.next + i) % PERIOD == 0 ? IMPULSE : 0;
            } else {
                out[i] = (float)(AMPLITUDE * sin(sounds.phase[o]));
                sounds.phase[o] = fmod(sounds.phase[o] + step, 2 * M_PI);
            }
        }
    }
    sounds.next += frames;
    return 0;
}

static int make_late(jack_nframes_t frames, void *data)
{
    Late *late = data;
    const float *in = jack_port_get_buffer(late->in, frames);
    float *out = jack_port_get_buffer(late->out, frames);
    for (jack_nframes_t i = 0; i < frames; i++, late->at++) {
        late->line[late->at % LINE_FRAMES] = in[i];
        out[i] = late->line[(late->at + LINE_FRAMES - late->delay) % LINE_FRAMES];
    }
    return 0;
}

static void report(jack_latency_callback_mode_t mode, void *data)
{
    Late *late = data;
    jack_port_t *from = mode == JackCaptureLatency ? late->in : late->out;
    jack_port_t *to = mode == JackCaptureLatency ? late->out : late->in;
    jack_latency_range_t range;
    jack_port_get_latency_range(from, mode, &range);
    range.min += atomic_load(&late->latency);
    range.max += atomic_load(&late->latency);
    jack_port_set_latency_range(to, mode, &range);
}

static int listen_to_it(jack_nframes_t frames, void *data)
{
    (void)data;
    const size_t wanted = atomic_load(&sounds.wanted);
    if (wanted == 0 || atomic_load(&sounds.full))
        return 0;
    if (sounds.count == 0)
        sounds.first = atomic_load(&sounds.now);
    for (unsigned e = 0; e < sounds.ears; e++) {
        const float *in = jack_port_get_buffer(sounds.in[e], frames);
        for (size_t i = 0; i < frames && sounds.count + i < wanted; i++)
            sounds.heard[(sounds.count + i) * sounds.ears + e] = in[i];
    }
    sounds.count += frames;
    if (sounds.count >= wanted)
        atomic_store(&sounds.full, true);
    return 0;
}

static jack_client_t *open_client(const char *suffix, JackProcessCallback process, void *data)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", sounds.name, suffix);
    jack_client_t *client = jack_client_open(
        name, JackNoStartServer | JackUseExactName | JackServerName, NULL, sounds.server);
    if (!client || jack_set_process_callback(client, process, data) != 0) {
        fprintf(stderr, "%s: no client of %s\n", name, sounds.server);
        exit(1);
    }
    return client;
}

static jack_port_t *open_port(jack_client_t *client, const char *name, unsigned long flags)
{
    jack_port_t *port = jack_port_register(client, name, JACK_DEFAULT_AUDIO_TYPE, flags, 0);
    if (!port) {
        fprintf(stderr, "no port %s\n", name);
        exit(1);
    }
    return port;
}

static void open_all(char **delays)
{
    char name[64];
    sounds.source = open_client("", make_sound, NULL);
    for (unsigned o = 0; o < sounds.outputs; o++) {
        snprintf(name, sizeof name, "out_%u", o + 1);
        sounds.out[o] = open_port(sounds.source, name, JackPortIsOutput);
    }
    for (unsigned l = 0; l < sounds.lates; l++) {
        Late *late = &sounds.late[l];
        snprintf(name, sizeof name, "-late-%u", l + 1);
        late->client = open_client(name, make_late, late);
        late->delay = (unsigned)atoi(delays[l]);
        atomic_init(&late->latency, late->delay);
        late->in = open_port(late->client, "in", JackPortIsInput);
        late->out = open_port(late->client, "out", JackPortIsOutput);
        jack_set_latency_callback(late->client, report, late);
        jack_activate(late->client);
    }
    sounds.ear = open_client("-ear", listen_to_it, NULL);
    for (unsigned e = 0; e < sounds.ears; e++) {
        snprintf(name, sizeof name, "in_%u", e + 1);
        sounds.in[e] = open_port(sounds.ear, name, JackPortIsInput);
    }
    jack_activate(sounds.source);
    jack_activate(sounds.ear);
}

static bool record(size_t frames, const char *path)
{
    sounds.heard = calloc(frames * sounds.ears, sizeof(float));
    sounds.count = 0;
    atomic_store(&sounds.full, false);
    atomic_store(&sounds.wanted, frames);
    while (!atomic_load(&sounds.full))
        usleep(1000);
    atomic_store(&sounds.wanted, 0);
    FILE *file = fopen(path, "wb");
    bool fine = file && fwrite(&sounds.first, sizeof sounds.first, 1, file) == 1 &&
                fwrite(sounds.heard, sizeof(float) * sounds.ears, frames, file) == frames;
    fine = file && fclose(file) == 0 && fine;
    free(sounds.heard);
    return fine;
}

static bool obey(char *line)
{
    char *rest = NULL;
    const char *word = strtok_r(line, " \n", &rest);
    const char *first = strtok_r(NULL, " \n", &rest), *second = strtok_r(NULL, "\n", &rest);
    if (!word || !first || !second)
        return false;
    if (strcmp(word, "record") == 0)
        return record(strtoul(first, NULL, 10), second);
    const unsigned number = (unsigned)atoi(first);
    if (strcmp(word, "late") != 0 || number < 1 || number > sounds.lates)
        return false;
    atomic_store(&sounds.late[number - 1].latency, (unsigned)atoi(second));
    jack_recompute_total_latencies(sounds.late[number - 1].client);
    return true;
}

int main(int argc, char **argv)
{
    char line[4096];
    if (argc < 6 || argc > 6 + MOST_DELAYS)
        return 2;
    sounds.server = argv[1];
    sounds.name = argv[2];
    sounds.impulses = strcmp(argv[3], "impulses") == 0;
    sounds.offence = strchr("mpls", argv[3][0]) ? argv[3][0] : 0;
    sounds.outputs = (unsigned)atoi(argv[4]);
    sounds.ears = (unsigned)atoi(argv[5]);
    sounds.lates = (unsigned)argc - 6;
    if (sounds.outputs > MOST_PORTS || sounds.ears > MOST_PORTS)
        return 2;
    open_all(argv + 6);
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        atomic_store(&sounds.offends, true);
        puts(obey(line) ? "ok" : "error");
        fflush(stdout);
    }
    jack_client_close(sounds.ear);
    for (unsigned l = 0; l < sounds.lates; l++)
        jack_client_close(sounds.late[l].client);
    jack_client_close(sounds.source);
    return 0;
}
