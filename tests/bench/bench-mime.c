/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-shapes.h"

#include <mime/mime-message.h>
#include <mime/mime-tree.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_GMIME
#include <gmime/gmime.h>
#endif

/* Reading messages, from one run: a folder of real ones, ours beside GMime's reader; made ones
 * of growing size, for time and memory. Usage: bench-mime [FOLDER]. Started by itself as
 * bench-mime --peak SHAPE MEGABYTES it tells what reading one message took at most. */

#define ROUND_SECONDS 1.0
#define N_ROUNDS 3
#define MEGABYTE (1024.0 * 1024.0)

static const guint sizes_mb[] = { 1, 10, 100 };

/* All messages of the folder, in memory. */
static GPtrArray *
load_messages (const char *folder, gsize *out_n_bytes)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray  *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  const char *name;

  *out_n_bytes = 0;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char            *data;
      gsize            length;

      if (!g_file_get_contents (path, &data, &length, NULL))
        continue;
      g_ptr_array_add (messages, g_byte_array_new_take ((guint8 *) data, length));
      *out_n_bytes += length;
    }
  return messages;
}

/* Reads one message; decodes its parts, too, if @charsets. Adds what came out to @n_out. */
typedef void (*ReadFunc) (GByteArray *message, gboolean decodes, gsize *n_out);

static MimeCharsets *charsets;

static void
on_piece (const guint8 *data, gsize length, gpointer n_out)
{
  *(gsize *) n_out += length;
}

static void
read_ours (GByteArray *message, gboolean decodes, gsize *n_out)
{
  g_autoptr (MimeTree) tree = mime_tree_new (message->data, message->len);
  MimeDecoding decoding;

  for (guint i = 0; i < mime_tree_get_n_parts (tree); i++)
    if (!decodes)
      *n_out += 1;
    else if (mime_tree_get_part (tree, i)->kind == MIME_PART_LEAF)
      mime_tree_decode_part (tree, mime_tree_get_part (tree, i), charsets, on_piece, n_out,
                             &decoding);
}

/* Explains a message to the last byte; there is nothing like it elsewhere. */
static void
explain (GByteArray *message, gboolean decodes, gsize *n_out)
{
  g_autoptr (WireSpans) spans =
      wire_annotate (&mime_grammar_message, message->data, message->len);

  *n_out += wire_spans_get_n (spans);
}

#ifdef HAVE_GMIME
/* As g_mime_text_part_get_text() does, but without keeping what comes out. */
static void
decode_with_gmime (GMimePart *part, gsize *n_out)
{
  GMimeDataWrapper *content = g_mime_part_get_content (part);
  GMimeStream      *null, *stream;
  GMimeFilter      *filter = NULL;
  const char       *charset = NULL;

  if (content == NULL)
    return;
  null = g_mime_stream_null_new ();
  stream = g_mime_stream_filter_new (null);
  if (GMIME_IS_TEXT_PART (part))
    charset = g_mime_text_part_get_charset (GMIME_TEXT_PART (part));
  if (charset != NULL)
    filter = g_mime_filter_charset_new (charset, "utf-8");
  if (filter != NULL)
    {
      g_mime_stream_filter_add (GMIME_STREAM_FILTER (stream), filter);
      g_object_unref (filter);
    }
  g_mime_data_wrapper_write_to_stream (content, stream);
  g_mime_stream_flush (stream);
  *n_out += GMIME_STREAM_NULL (null)->written;
  g_object_unref (stream);
  g_object_unref (null);
}

static void
walk_with_gmime (GMimeObject *object, gboolean decodes, gsize *n_out)
{
  if (!decodes)
    *n_out += 1;
  else if (GMIME_IS_PART (object))
    decode_with_gmime (GMIME_PART (object), n_out);
  if (GMIME_IS_MULTIPART (object))
    for (int i = 0; i < g_mime_multipart_get_count (GMIME_MULTIPART (object)); i++)
      walk_with_gmime (g_mime_multipart_get_part (GMIME_MULTIPART (object), i), decodes, n_out);
  else if (GMIME_IS_MESSAGE_PART (object))
    {
      GMimeMessage *message = g_mime_message_part_get_message (GMIME_MESSAGE_PART (object));

      if (message != NULL && g_mime_message_get_mime_part (message) != NULL)
        walk_with_gmime (g_mime_message_get_mime_part (message), decodes, n_out);
    }
}

static void
read_with_gmime (GByteArray *data, gboolean decodes, gsize *n_out)
{
  GMimeStream  *stream = g_mime_stream_mem_new_with_byte_array (data);
  GMimeParser  *parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message;

  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  message = g_mime_parser_construct_message (parser, NULL);
  if (message != NULL && g_mime_message_get_mime_part (message) != NULL)
    walk_with_gmime (g_mime_message_get_mime_part (message), decodes, n_out);
  g_clear_object (&message);
  g_object_unref (parser);
  g_object_unref (stream);
}
#endif

/* Returns: seconds for all messages once: the best of several rounds. */
static double
time_reading (GPtrArray *messages, ReadFunc read, gboolean decodes, gsize *out_n_out)
{
  double best = G_MAXDOUBLE;

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      gint64 start_us = g_get_monotonic_time ();
      guint  n_passes = 0;
      double seconds;

      do
        {
          *out_n_out = 0;
          for (guint i = 0; i < messages->len; i++)
            read (g_ptr_array_index (messages, i), decodes, out_n_out);
          n_passes++;
          seconds = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
        }
      while (seconds < ROUND_SECONDS / N_ROUNDS);
      best = MIN (best, seconds / n_passes);
    }
  return best;
}

static void
bench_folder (const char *folder)
{
  static const char *const tasks[] = { "messages to part trees", "messages to text in UTF-8" };
  gsize  n_bytes, n_spans;
  double seconds;
  g_autoptr (GPtrArray) messages = load_messages (folder, &n_bytes);

  if (messages->len == 0)
    {
      printf ("messages                        none in %s\n", folder);
      return;
    }
  for (guint decodes = 0; decodes < G_N_ELEMENTS (tasks); decodes++)
    {
      gsize  n_out;
      double ours = time_reading (messages, read_ours, decodes, &n_out);

      printf ("%-31s %10.1f MB/s (%u messages, %.1f MB; %" G_GSIZE_FORMAT " %s)\n", tasks[decodes],
              n_bytes / MEGABYTE / ours, messages->len, n_bytes / MEGABYTE, n_out,
              decodes ? "octets out" : "parts");
#ifdef HAVE_GMIME
      double theirs = time_reading (messages, read_with_gmime, decodes, &n_out);

      printf ("  by GMime %u.%u.%u               %10.1f MB/s (%" G_GSIZE_FORMAT
              "): we are %.1f times as fast\n",
              gmime_major_version, gmime_minor_version, gmime_micro_version,
              n_bytes / MEGABYTE / theirs, n_out, theirs / ours);
#endif
    }
  seconds = time_reading (messages, explain, FALSE, &n_spans);
  printf ("messages explained              %10.1f MB/s (%" G_GSIZE_FORMAT " spans)\n",
          n_bytes / MEGABYTE / seconds, n_spans);
}

/* Returns: (transfer full): the message alone, its memory touched. */
static GByteArray *
make_message (guint shape, guint megabytes)
{
  gsize   length;
  guint8 *data = mime_shape_make (&mime_shapes[shape], (gsize) (megabytes * MEGABYTE), &length);

  return g_byte_array_new_take (data, length);
}

/* Returns: this process's memory at its highest, in octets. */
static gsize
get_peak (void)
{
  g_autofree char *status = NULL;
  const char      *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) ||
      (line = strstr (status, "VmHWM:")) == NULL)
    return 0;
  return strtoull (line + strlen ("VmHWM:"), NULL, 10) * 1024;
}

/* In a process of its own: prints how many octets more than before it came to hold. */
static void
tell_peak (guint shape, guint megabytes)
{
  gsize peak_before = get_peak (), n_out = 0;
  g_autoptr (GByteArray) message = make_message (shape, megabytes);

  read_ours (message, TRUE, &n_out);
  printf ("%.3f", (double) (get_peak () - peak_before) / message->len);
}

/* Returns: memory at its highest for each octet of the message, the message itself included. */
static double
measure_peak (const char *program, guint shape, guint megabytes)
{
  g_autofree char *command = g_strdup_printf ("%s --peak %u %u", program, shape, megabytes);
  g_autofree char *out = NULL;

  if (!g_spawn_command_line_sync (command, &out, NULL, NULL, NULL))
    return 0;
  return g_ascii_strtod (out, NULL);
}

static void
bench_shape (const char *program, guint shape)
{
  g_autoptr (GString) times = g_string_new (NULL);
  double per_mb_small = 0, per_mb = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sizes_mb); i++)
    {
      g_autoptr (GPtrArray) messages =
          g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
      gsize n_out;

      g_ptr_array_add (messages, make_message (shape, sizes_mb[i]));
      per_mb = time_reading (messages, read_ours, TRUE, &n_out) / sizes_mb[i];
      if (i == 0)
        per_mb_small = per_mb;
      g_string_append_printf (times, "%s%.2f", i > 0 ? ", " : "", per_mb * 1000);
    }
  printf ("%-31s %10s ms/MB at 1, 10, 100 MB: %.2f times; peak %.2f of the message\n",
          mime_shapes[shape].name, times->str, per_mb / per_mb_small,
          measure_peak (program, shape, sizes_mb[G_N_ELEMENTS (sizes_mb) - 1]));
}

int
main (int argc, char **argv)
{
  charsets = mime_charsets_new ();
#ifdef HAVE_GMIME
  g_mime_init ();
#endif
  if (argc == 4 && strcmp (argv[1], "--peak") == 0)
    {
      tell_peak ((guint) atoi (argv[2]), (guint) atoi (argv[3]));
    }
  else
    {
      if (argc == 2)
        bench_folder (argv[1]);
      for (guint shape = 0; shape < mime_n_shapes; shape++)
        bench_shape (argv[0], shape);
    }
  mime_charsets_free (charsets);
  return 0;
}
