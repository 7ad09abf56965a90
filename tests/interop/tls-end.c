/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One end of a real TLS session on standard input, a connected socket, for test-tls.py.
 *
 * tls-end server FOLDER   makes an authority there (ca.pem), serves mx.example and sends back what
 *                         it receives, in capitals
 * tls-end client FOLDER NAME ANCHORS
 *                         says "hello" to a server that has to be NAME
 * Both tell their events on standard output and leave FOLDER/keys, FOLDER/exporter,
 * FOLDER/end-point. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tls/tls-authority.h>
#include <tls/tls-record.h>
#include <tls/tls-session.h>

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
write_hex (const char *folder, const char *name, GBytes *bytes)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; bytes != NULL && i < g_bytes_get_size (bytes); i++)
    g_string_append_printf (text, "%02X", ((const guint8 *) g_bytes_get_data (bytes, NULL))[i]);
  write_file (folder, name, text->str);
  g_string_free (text, TRUE);
}

static TlsContext *
make_server (TlsLibrary *library, const char *folder, gint64 now_s)
{
  static const char *const names[] = { "mx.example", NULL };
  g_autoptr (TlsAuthority) authority =
      tls_authority_new (library, "Test authority", now_s, NULL, NULL);
  const TlsCertificate *certificate = tls_authority_issue (authority, TLS_ISSUE_GOOD, names, NULL);
  TlsContext           *context = tls_context_new (library, TLS_SERVER, NULL);

  g_assert_true (
      tls_context_set_certificate (context, certificate->chain_pem, certificate->key_pem, NULL));
  write_file (folder, "ca.pem", tls_authority_get_certificate_pem (authority));
  write_file (folder, "server.pem", certificate->chain_pem);
  return context;
}

static TlsContext *
make_client (TlsLibrary *library, const char *anchors_file)
{
  g_autofree char *pem = NULL;
  TlsContext      *context = tls_context_new (library, TLS_CLIENT, NULL);

  g_assert_true (g_file_get_contents (anchors_file, &pem, NULL, NULL));
  g_assert_true (tls_context_add_anchors (context, pem, NULL));
  return context;
}

static void
tell (TlsSession *session)
{
  TlsEvent event;

  while (tls_session_next_event (session, &event))
    {
      g_autofree char *problems = tls_problems_to_string (event.problems);

      switch (event.kind)
        {
        case TLS_EVENT_CERTIFICATE:
          printf ("certificate %s\n", problems);
          tls_session_answer (session, FALSE);
          break;
        case TLS_EVENT_SECURED:
          printf ("secured %s %s\n", event.version_name, event.cipher);
          break;
        case TLS_EVENT_CLOSED:
          printf ("closed\n");
          tls_session_close (session);
          break;
        case TLS_EVENT_FAILED:
          printf ("failed %d %s\n", event.failure,
                  event.alert >= 0 ? tls_alert_get_name ((guint) event.alert) : "-");
          break;
        case TLS_EVENT_NONE:
          g_assert_not_reached ();
        }
    }
  fflush (stdout);
}

static void
write_output (TlsSession *session)
{
  g_autoptr (GBytes) output = tls_session_take_output (session);
  gsize         length;
  const guint8 *data = g_bytes_get_data (output, &length);

  while (length > 0)
    {
      ssize_t n_bytes = write (STDIN_FILENO, data, length);

      if (n_bytes <= 0)
        return;
      data += n_bytes;
      length -= (gsize) n_bytes;
    }
}

/* Returns: how many bytes of plaintext came. */
static gsize
take_plaintext (TlsSession *session, gboolean is_server)
{
  g_autoptr (GBytes) plaintext = tls_session_take_plaintext (session);
  gsize            length = g_bytes_get_size (plaintext);
  g_autofree char *upper = NULL;

  if (length == 0)
    return 0;
  upper = g_ascii_strup (g_bytes_get_data (plaintext, NULL), (gssize) length);
  if (is_server)
    tls_session_send (session, (const guint8 *) upper, length);
  else
    printf ("heard %s", upper);
  return length;
}

int
main (int argc, char **argv)
{
  gboolean is_server = strcmp (argv[1], "server") == 0;
  gint64   now_s = time (NULL);
  g_autoptr (TlsLibrary) library = tls_library_new_real ();
  g_autoptr (TlsContext) context =
      is_server ? make_server (library, argv[2], now_s) : make_client (library, argv[4]);
  g_autoptr (TlsSession) session =
      tls_session_new (context, is_server ? NULL : argv[3], now_s, NULL);
  g_autoptr (GBytes) exporter = NULL;
  g_autoptr (GBytes) end_point = NULL;
  g_autofree char *keys = NULL;
  guint8           buffer[1000];
  ssize_t          n_bytes;

  if (!is_server)
    tls_session_send (session, (const guint8 *) "hello\n", 6);
  write_output (session);
  while ((n_bytes = read (STDIN_FILENO, buffer, sizeof buffer)) > 0)
    {
      tls_session_receive (session, buffer, (gsize) n_bytes);
      tell (session);
      if (take_plaintext (session, is_server) > 0 && !is_server)
        tls_session_close (session);
      write_output (session);
    }
  tls_session_receive_end (session);
  tell (session);
  exporter = tls_session_dup_binding (session, TLS_BINDING_EXPORTER);
  end_point = tls_session_dup_binding (session, TLS_BINDING_SERVER_END_POINT);
  keys = tls_session_take_key_log (session);
  write_hex (argv[2], "exporter", exporter);
  write_hex (argv[2], "end-point", end_point);
  write_file (argv[2], "keys", keys);
  return 0;
}
