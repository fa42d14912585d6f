/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/audio_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_FRAMES 4096 /* decoded at a time */

struct WbAudioFile {
    char *path;
    SNDFILE *sndfile;
    unsigned channels, rate;
    gint64 frames;
    gint64 cursor; /* where libsndfile stands; -1 when it is not known */
    bool floating; /* can hold infinite and not-a-number samples */
    bool vorbis;
    gint64
        vorbis_end; /* what decoding has shown to be there; the frames while there is no damage */
    guint64 bad_samples, missing_frames;
    float interleaved[CHUNK_FRAMES * WB_AUDIO_CHANNELS];
};

/* Not G_DEFINE_QUARK(): its variable is written without a lock, and files fail on any thread. */
GQuark wb_audio_file_error_quark(void)
{
    return g_quark_from_static_string("wb-audio-file-error-quark");
}

#define FAIL(error, code, path, ...)                                                               \
    fail(error, WB_AUDIO_FILE_ERROR_##code, path, g_strdup_printf(__VA_ARGS__))

static bool fail(GError **error, WbAudioFileError code, const char *path, char *message)
{
    g_autofree char *name = g_filename_display_name(path);
    g_set_error(error, WB_AUDIO_FILE_ERROR, code, "%s: %s", name, message);
    g_free(message);
    return false;
}

#define CUT_SHORT _("is cut short: it holds less than its header says; copy or export it again")
#define DAMAGED _("is damaged or cut short; copy or export it again")

static bool fail_access(GError **error, const char *path, int reason)
{
    struct rlimit limit;

    switch (reason) {
    case ENOENT:
    case ENOTDIR:
        return FAIL(error, ACCESS, path, _("no such file; check the name, or put it back"));
    case EACCES:
    case EPERM:
        return FAIL(error, ACCESS, path, _("no permission to read it; change its permissions"));
    case EMFILE:
        getrlimit(RLIMIT_NOFILE, &limit);
        return FAIL(error, ACCESS, path,
                    _("too many files are open (the limit is %llu); raise it with \"ulimit -n\""),
                    (unsigned long long)limit.rlim_cur);
    default:
        return FAIL(error, ACCESS, path, _("cannot be opened: %s"), g_strerror(reason));
    }
}

/* A FIFO or a device must not be opened at all: it could block for ever. */
static int open_regular(const char *path, GError **error)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        fail_access(error, path, errno);
        return -1;
    }
    if (S_ISDIR(status.st_mode)) {
        FAIL(error, ACCESS, path, _("is a folder; name an audio file"));
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        FAIL(error, ACCESS, path, _("is not a regular file; name an audio file"));
        return -1;
    }
    if (status.st_size == 0) {
        FAIL(error, EMPTY, path, _("is empty (0 bytes); copy or export it again"));
        return -1;
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        fail_access(error, path, errno);
    return descriptor;
}

/* What a writer into a pipe puts where it cannot know the length: all ones, or, as sox does, the
 * largest signed length rounded down to a block. */
static bool is_open_length(guint64 bytes)
{
    return (bytes > 0xffffff00u && bytes <= 0xffffffffu) ||
           (bytes > 0x7fffef00u && bytes <= 0x7fffffffu);
}

/* Whether the log has a line of that pattern with more promised than held. */
static bool log_tells_of_more(const char *log, const char *pattern)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    if (!g_regex_match(regex, log, 0, &match))
        return false;
    g_autofree char *promised = g_match_info_fetch_named(match, "promised");
    g_autofree char *held = g_match_info_fetch_named(match, "held");
    guint64 bytes = g_ascii_strtoull(promised, NULL, 10);
    return !is_open_length(bytes) && bytes > g_ascii_strtoull(held, NULL, 10);
}

/* libsndfile shortens a file to what is there without an error; only its log tells. */
static bool header_promises_more(SNDFILE *sndfile)
{
    char log[16384] = "";

    sf_command(sndfile, SFC_GET_LOG_INFO, log, sizeof log);
    g_autofree char *valid = g_utf8_make_valid(log, -1);
    return log_tells_of_more(valid, "^ *(data|SSND|riff|Data Size|Data Length) *: "
                                    "(?<promised>\\d+) \\(should be (?<held>\\d+)\\)") ||
           /* In RF64 either number alone may be wrong in a file that is whole. */
           (log_tells_of_more(valid, "^ *Riff size : (?<promised>\\d+) "
                                     "\\(should be (?<held>\\d+)\\)") &&
            log_tells_of_more(valid, "^\\*\\*\\* Calculated frame count (?<held>\\d+) does not "
                                     "match value from 'ds64' chunk of (?<promised>\\d+)"));
}

static bool is_vorbis(const SF_INFO *info)
{
    return (info->format & SF_FORMAT_SUBMASK) == SF_FORMAT_VORBIS;
}

/* Compressed files may claim any length: only the last frame itself proves it. In an Ogg file that
 * ends within a page libsndfile finds no length at all. */
static bool last_frame_is_there(SNDFILE *sndfile, const SF_INFO *info)
{
    float frame[WB_AUDIO_CHANNELS];

    if (is_vorbis(info))
        return info->frames != SF_COUNT_MAX;
    return info->frames != SF_COUNT_MAX &&
           sf_seek(sndfile, info->frames - 1, SEEK_SET) == info->frames - 1 &&
           sf_readf_float(sndfile, frame, 1) == 1 && sf_seek(sndfile, 0, SEEK_SET) == 0;
}

static bool holds_floats(const SF_INFO *info)
{
    switch (info->format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_PCM_16:
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_PCM_32:
        return false;
    default:
        return true;
    }
}

static bool check(SNDFILE *sndfile, const SF_INFO *info, const char *path, GError **error)
{
    if (info->channels < 1 || info->channels > WB_AUDIO_CHANNELS)
        return FAIL(error, CHANNELS, path,
                    ngettext("has %d channel; Wideberth takes mono and stereo: split it into "
                             "mono or stereo files",
                             "has %d channels; Wideberth takes mono and stereo: split it into "
                             "mono or stereo files",
                             (unsigned long)info->channels),
                    info->channels);
    if (header_promises_more(sndfile))
        return FAIL(error, TRUNCATED, path, CUT_SHORT);
    if (info->frames <= 0)
        return FAIL(error, EMPTY, path, _("holds no sound (0 frames); export it again"));
    if (!last_frame_is_there(sndfile, info))
        return FAIL(error, TRUNCATED, path, DAMAGED);
    return true;
}

/* Closes the descriptor if it fails. */
static SNDFILE *open_decoder(int descriptor, SF_INFO *info, const char *path, GError **error)
{
    static GMutex lock; /* why libsndfile fails to open is kept in one place for all */

    g_mutex_lock(&lock);
    SNDFILE *sndfile = sf_open_fd(descriptor, SFM_READ, info, SF_TRUE);
    if (!sndfile && sf_error(NULL) == SF_ERR_MALFORMED_FILE)
        FAIL(error, TRUNCATED, path, DAMAGED);
    else if (!sndfile)
        FAIL(error, FORMAT, path,
             _("is not audio that can be read (%.*s); convert it to WAV or FLAC"),
             (int)strcspn(sf_strerror(NULL), "."), sf_strerror(NULL));
    g_mutex_unlock(&lock);
    return sndfile;
}

WbAudioFile *wb_audio_file_open(const char *path, GError **error)
{
    SF_INFO info = {0};
    int descriptor = open_regular(path, error);

    if (descriptor < 0)
        return NULL;
    SNDFILE *sndfile = open_decoder(descriptor, &info, path, error);
    if (!sndfile)
        return NULL;
    if (!check(sndfile, &info, path, error)) {
        sf_close(sndfile);
        return NULL;
    }
    WbAudioFile *file = g_new0(WbAudioFile, 1);
    file->path = g_strdup(path);
    file->sndfile = sndfile;
    file->channels = (unsigned)info.channels;
    file->rate = (unsigned)info.samplerate;
    file->frames = info.frames;
    file->floating = holds_floats(&info);
    file->vorbis = is_vorbis(&info);
    file->vorbis_end = info.frames;
    return file;
}

void wb_audio_file_free(WbAudioFile *file)
{
    if (!file)
        return;
    sf_close(file->sndfile);
    g_free(file->path);
    g_free(file);
}

const char *wb_audio_file_path(const WbAudioFile *file)
{
    return file->path;
}

unsigned wb_audio_file_channels(const WbAudioFile *file)
{
    return file->channels;
}

gint64 wb_audio_file_frames(const WbAudioFile *file)
{
    return file->frames;
}

unsigned wb_audio_file_rate(const WbAudioFile *file)
{
    return file->rate;
}

gint64 wb_audio_file_time_reference(const WbAudioFile *file)
{
    SF_BROADCAST_INFO info;

    if (sf_command(file->sndfile, SFC_GET_BROADCAST_INFO, &info, sizeof info) != SF_TRUE)
        return -1;
    return (gint64)((guint64)info.time_reference_high << 32 | info.time_reference_low);
}

static void silence(float *const *channels, unsigned count, size_t begin, size_t end)
{
    for (unsigned c = 0; c < count; c++)
        memset(channels[c] + begin, 0, (end - begin) * sizeof(float));
}

/* The exponent of infinities and no numbers is all ones: one more carries into the sign. */
static bool holds_bad(const float *samples, size_t count)
{
    uint32_t carries = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &samples[i], sizeof bits);
        carries |= (bits & 0x7fffffffu) + 0x00800000u;
    }
    return carries >> 31 != 0;
}

static void silence_bad(WbAudioFile *file, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(file->interleaved[i])) {
            file->interleaved[i] = 0.0f;
            file->bad_samples++;
        }
    }
}

static void deinterleave(const WbAudioFile *file, float *const *channels, size_t at, size_t frames)
{
    const float *from = file->interleaved;
    float *left = channels[0] + at;

    if (file->channels == 1) {
        memcpy(left, from, frames * sizeof(float));
        return;
    }
    float *right = channels[1] + at;
    for (size_t i = 0; i < frames; i++) {
        left[i] = from[2 * i];
        right[i] = from[2 * i + 1];
    }
}

/* libsndfile seeks in Vorbis to places up to a block beside the right one, and loses frames before
 * the end (its issue 885): such a file is decoded on, or anew, up to the place. */
static bool decode_to(WbAudioFile *file, gint64 position)
{
    if (position >= file->vorbis_end)
        return false;
    if (file->cursor < 0 || file->cursor > position)
        file->cursor = sf_seek(file->sndfile, 0, SEEK_SET);
    while (file->cursor >= 0 && file->cursor < position) {
        gint64 chunk = MIN(position - file->cursor, CHUNK_FRAMES);
        gint64 got = sf_readf_float(file->sndfile, file->interleaved, chunk);
        if (got <= 0) {
            file->vorbis_end = file->cursor;
            return false;
        }
        file->cursor += got;
    }
    return file->cursor == position;
}

static bool go_to(WbAudioFile *file, gint64 position)
{
    if (file->vorbis)
        return decode_to(file, position);
    return file->cursor == position || sf_seek(file->sndfile, position, SEEK_SET) == position;
}

/* Decodes up to CHUNK_FRAMES frames to channels[..][at..]; what the file does not yield is silence,
 * and the next chunk starts with a seek past the damage. */
static bool read_chunk(WbAudioFile *file, gint64 position, float *const *channels, size_t at,
                       size_t frames, GError **error)
{
    sf_count_t got = 0;

    if (go_to(file, position))
        got = sf_readf_float(file->sndfile, file->interleaved, (sf_count_t)frames);
    file->cursor = position + got;
    if ((size_t)got < frames) {
        if (sf_error(file->sndfile) == SF_ERR_SYSTEM)
            return FAIL(error, READ, file->path, _("cannot be read: %s"),
                        sf_strerror(file->sndfile));
        file->missing_frames += frames - (size_t)got;
        file->vorbis_end = MIN(file->vorbis_end, file->cursor);
        file->cursor = -1;
        silence(channels, file->channels, at + (size_t)got, at + frames);
    }
    if (file->floating && holds_bad(file->interleaved, (size_t)got * file->channels))
        silence_bad(file, (size_t)got * file->channels);
    deinterleave(file, channels, at, (size_t)got);
    return true;
}

bool wb_audio_file_read(WbAudioFile *file, gint64 position, float *const *channels, size_t frames,
                        GError **error)
{
    gint64 begin = CLAMP(position, 0, file->frames);
    gint64 end = CLAMP(position + (gint64)frames, begin, file->frames);

    if (begin == end) {
        silence(channels, file->channels, 0, frames);
        return true;
    }
    silence(channels, file->channels, 0, (size_t)(begin - position));
    silence(channels, file->channels, (size_t)(end - position), frames);
    while (begin < end) {
        size_t chunk = (size_t)MIN(end - begin, CHUNK_FRAMES);
        if (!read_chunk(file, begin, channels, (size_t)(begin - position), chunk, error))
            return false;
        begin += (gint64)chunk;
    }
    return true;
}

guint64 wb_audio_file_bad_samples(const WbAudioFile *file)
{
    return file->bad_samples;
}

guint64 wb_audio_file_missing_frames(const WbAudioFile *file)
{
    return file->missing_frames;
}
