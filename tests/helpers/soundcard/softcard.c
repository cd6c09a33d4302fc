/* A sound card made of software, for the tests: an ALSA plugin that PortAudio and alsa-lib take for hardware.
 *
 *   pcm.softmic { type softcard  way capture   channels 6  rate 16000  wav "/room.wav"  unplugged "/flag" }
 *   pcm.softspk { type softcard  way playback  channels 2  rate 48000  wav "/heard.wav" unplugged "/flag" }
 *
 * Its clock is CLOCK_MONOTONIC, `ppm` fast. Capture plays a 16 bit WAV (44 byte header, the card's own channels and
 * rate) in real time, over and over; playback is appended to a WAV as far as the clock has come: what a stop leaves in
 * the buffer is never written. While the file `unplugged` exists, everything answers ENODEV, as a USB card does.
 * Capture with `hears "/heard.wav"` and `late MS` also hears that speaker, so much later and half as loud; the speaker
 * leaves the time of its latest start in a file beside its WAV, as a microphone does. Anything under two of its periods
 * is too soon to be heard.
 */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define HEADER 44

typedef struct {
	snd_pcm_ioplug_t io;
	const char *wav, *unplugged, *hears;
	long ppm, late_ms;
	int timer, file, running;
	struct timespec start;
	long long moved, kept;	/* frames handed over since prepare; frames of them that the speaker has played */
	char *ring;		/* playback: what has been handed over and not been played, at [frame % buffer_size] */
} card_t;

static size_t frame_bytes(card_t *c) { return c->io.channels * 2; }

static int gone(card_t *c)
{
	if (!c->unplugged || access(c->unplugged, F_OK))
		return 0;
	snd_pcm_ioplug_set_state(&c->io, SND_PCM_STATE_DISCONNECTED);
	return 1;
}

static long long elapsed(card_t *c)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	double s = (now.tv_sec - c->start.tv_sec) + (now.tv_nsec - c->start.tv_nsec) / 1e9;
	return (long long)(s * c->io.rate * (1 + c->ppm / 1e6));
}

static double seconds(struct timespec t) { return t.tv_sec + t.tv_nsec / 1e9; }

/* When it began, and which frame of its file was the first then. */
static void note_start(card_t *c)
{
	char path[4096];
	long long first = 0;
	if (c->io.stream == SND_PCM_STREAM_PLAYBACK)
		first = (lseek(c->file, 0, SEEK_END) - HEADER) / frame_bytes(c);
	snprintf(path, sizeof path, "%s.clock", c->wav);
	FILE *note = fopen(path, "w");
	if (note) {
		fprintf(note, "%.9f %lld\n", seconds(c->start), first);
		fclose(note);
	}
}

/* Capture: adds to `count` frames from frame `from` on what the speaker let be heard `late_ms` before. */
static void hear_speaker(card_t *c, short *into, long long from, long long count)
{
	char path[4096];
	double start;
	long long first;
	unsigned short channels;
	unsigned rate;
	snprintf(path, sizeof path, "%s.clock", c->hears);
	FILE *note = fopen(path, "r");
	if (!note)
		return;
	int known = fscanf(note, "%lf %lld", &start, &first);
	fclose(note);
	int file = open(c->hears, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return;
	if (known == 2 && pread(file, &channels, 2, 22) == 2 && pread(file, &rate, 4, 24) == 4) {
		for (long long i = 0; i < count; i++) {
			double at_s = seconds(c->start) + (double)(from + i) / c->io.rate - c->late_ms / 1e3 - start;
			long long at = first + (long long)(at_s * rate), sum = 0, wide = rate / c->io.rate;
			short heard[16 * 16];
			if (at_s < 0 || wide < 1 || wide * channels > 256)
				continue;
			if (pread(file, heard, wide * channels * 2, HEADER + at * channels * 2) != wide * channels * 2)
				continue;
			for (long long k = 0; k < wide; k++)
				sum += heard[k * channels];
			for (unsigned ch = 0; ch < c->io.channels; ch++) {
				long long loud = into[i * c->io.channels + ch] + sum / wide / 2;
				into[i * c->io.channels + ch] = loud > 32767 ? 32767 : loud < -32768 ? -32768 : loud;
			}
		}
	}
	close(file);
}

/* Playback: everything up to frame `until` has left the speaker. */
static void play(card_t *c, long long until)
{
	size_t frame = frame_bytes(c);
	if (until > c->moved)
		until = c->moved;
	while (c->kept < until) {
		long long at = c->kept % c->io.buffer_size, run = c->io.buffer_size - at;
		if (run > until - c->kept)
			run = until - c->kept;
		if (write(c->file, c->ring + at * frame, run * frame) < 0)
			return;
		c->kept += run;
	}
	unsigned size = lseek(c->file, 0, SEEK_END) - HEADER, riff = size + 36;
	if (pwrite(c->file, &riff, 4, 4) < 0 || pwrite(c->file, &size, 4, 40) < 0)
		return;
}

static int card_start(snd_pcm_ioplug_t *io)
{
	card_t *c = io->private_data;
	long long ns = 1000000000LL * io->period_size / io->rate;
	struct timespec period = { ns / 1000000000, ns % 1000000000 };
	struct itimerspec every = { period, period };
	if (gone(c))
		return -ENODEV;
	clock_gettime(CLOCK_MONOTONIC, &c->start);
	c->running = 1;
	note_start(c);
	return timerfd_settime(c->timer, 0, &every, NULL);
}

static int card_stop(snd_pcm_ioplug_t *io)
{
	card_t *c = io->private_data;
	struct itimerspec never = { { 0, 0 }, { 0, 0 } };
	if (c->running && io->stream == SND_PCM_STREAM_PLAYBACK)
		play(c, elapsed(c));
	c->running = 0;
	return timerfd_settime(c->timer, 0, &never, NULL);
}

static snd_pcm_sframes_t card_pointer(snd_pcm_ioplug_t *io)
{
	card_t *c = io->private_data;
	if (gone(c))
		return -ENODEV;
	if (!c->running)
		return 0;
	long long now = elapsed(c);
	if (io->stream == SND_PCM_STREAM_PLAYBACK) {
		play(c, now);
		if (now > c->moved)
			return -EPIPE;
	} else if (now - c->moved > (long long)io->buffer_size) {
		return -EPIPE;
	}
	return now % io->buffer_size;
}

static snd_pcm_sframes_t card_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
				       snd_pcm_uframes_t offset, snd_pcm_uframes_t count)
{
	card_t *c = io->private_data;
	size_t frame = frame_bytes(c);
	char *place = (char *)areas->addr + (areas->first + offset * areas->step) / 8;	/* interleaved */
	if (gone(c))
		return -ENODEV;
	if (io->stream == SND_PCM_STREAM_PLAYBACK) {
		for (snd_pcm_uframes_t i = 0; i < count; i++)
			memcpy(c->ring + ((c->moved + i) % io->buffer_size) * frame, place + i * frame, frame);
	} else {
		long long length = (lseek(c->file, 0, SEEK_END) - HEADER) / frame;
		for (snd_pcm_uframes_t done = 0; done < count;) {
			long long at = (c->moved + done) % length, run = count - done;
			if (run > length - at)
				run = length - at;
			if (pread(c->file, place + done * frame, run * frame, HEADER + at * frame) < 0)
				return -EIO;
			done += run;
		}
		if (c->hears)
			hear_speaker(c, (short *)place, c->moved, count);
	}
	c->moved += count;
	return count;
}

static int card_prepare(snd_pcm_ioplug_t *io)
{
	card_t *c = io->private_data;
	if (gone(c))
		return -ENODEV;
	free(c->ring);
	c->ring = calloc(io->buffer_size, frame_bytes(c));
	c->moved = c->kept = c->running = 0;
	return 0;
}

static int card_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned count, unsigned short *revents)
{
	card_t *c = io->private_data;
	unsigned long long ticks;
	(void)count;
	*revents = 0;
	if (gone(c))
		*revents = POLLERR;
	else if ((fds->revents & POLLIN) && read(c->timer, &ticks, sizeof ticks) > 0)
		*revents = io->stream == SND_PCM_STREAM_CAPTURE ? POLLIN : POLLOUT;
	return 0;
}

static int card_close(snd_pcm_ioplug_t *io)
{
	card_t *c = io->private_data;
	close(c->timer);
	close(c->file);
	free(c->ring);
	free(c);
	return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
	.start = card_start, .stop = card_stop, .pointer = card_pointer, .transfer = card_transfer,
	.prepare = card_prepare, .poll_revents = card_revents, .close = card_close,
};

static int wav_file(const char *path, int for_playback, long channels, long rate)
{
	struct { char riff[4]; unsigned size; char wave[8]; unsigned form; unsigned short code, channels;
		 unsigned rate, speed; unsigned short frame, bits; char data[4]; unsigned length; } head =
		{ "RIFF", 36, { 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ' }, 16, 1, channels, rate, rate * channels * 2,
		  channels * 2, 16, { 'd', 'a', 't', 'a' }, 0 };
	int file = open(path, (for_playback ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0644);
	if (file >= 0 && for_playback && lseek(file, 0, SEEK_END) == 0 && write(file, &head, HEADER) != HEADER)
		return -1;
	return file;
}

SND_PCM_PLUGIN_DEFINE_FUNC(softcard)
{
	snd_config_iterator_t at, next;
	long channels = 1, rate = 16000, ppm = 0, late_ms = 0;
	const char *way = "", *wav = NULL, *unplugged = NULL, *hears = NULL, *id;
	(void)root;
	snd_config_for_each(at, next, conf) {
		snd_config_t *item = snd_config_iterator_entry(at);
		if (snd_config_get_id(item, &id) < 0)
			continue;
		if (!strcmp(id, "channels")) snd_config_get_integer(item, &channels);
		if (!strcmp(id, "rate")) snd_config_get_integer(item, &rate);
		if (!strcmp(id, "ppm")) snd_config_get_integer(item, &ppm);
		if (!strcmp(id, "late")) snd_config_get_integer(item, &late_ms);
		if (!strcmp(id, "hears")) snd_config_get_string(item, &hears);
		if (!strcmp(id, "way")) snd_config_get_string(item, &way);
		if (!strcmp(id, "wav")) snd_config_get_string(item, &wav);
		if (!strcmp(id, "unplugged")) snd_config_get_string(item, &unplugged);
	}
	if (strcmp(way, stream == SND_PCM_STREAM_PLAYBACK ? "playback" : "capture"))
		return -EINVAL;
	if (unplugged && !access(unplugged, F_OK))
		return -ENODEV;
	int file = wav_file(wav, stream == SND_PCM_STREAM_PLAYBACK, channels, rate);
	if (file < 0)
		return -ENODEV;
	card_t *c = calloc(1, sizeof *c);
	*c = (card_t){ .wav = strdup(wav), .unplugged = unplugged ? strdup(unplugged) : NULL, .ppm = ppm, .file = file,
		.hears = hears ? strdup(hears) : NULL, .late_ms = late_ms };
	c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	c->io = (snd_pcm_ioplug_t){ .version = SND_PCM_IOPLUG_VERSION, .name = "software sound card",
		.callback = &callbacks, .private_data = c, .poll_fd = c->timer, .poll_events = POLLIN };
	int error = snd_pcm_ioplug_create(&c->io, name, stream, mode);
	if (error < 0) {
		card_close(&c->io);
		return error;
	}
	unsigned access_kinds[] = { SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED };
	unsigned formats[] = { SND_PCM_FORMAT_S16_LE };
	snd_pcm_ioplug_set_param_list(&c->io, SND_PCM_IOPLUG_HW_ACCESS, 2, access_kinds);
	snd_pcm_ioplug_set_param_list(&c->io, SND_PCM_IOPLUG_HW_FORMAT, 1, formats);
	snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_CHANNELS, channels, channels);
	snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_RATE, rate, rate);
	snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 64, 1 << 18);
	snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 256, 1 << 20);
	snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_PERIODS, 2, 1024);
	*pcmp = c->io.pcm;
	return 0;
}
SND_PCM_PLUGIN_SYMBOL(softcard);
