/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-words.h"

#include <glib/gi18n.h>
#include <string.h>
#include <trace/trace-text.h>

#define DAY_US (24 * 3600 * (gint64) G_USEC_PER_SEC)

char *
app_words_dup_span (gint64 span_us)
{
  gint64 seconds = span_us / G_USEC_PER_SEC;
  int    days = (int) (seconds / 86400);
  int    hours = (int) (seconds / 3600 % 24);
  int    minutes = (int) (seconds / 60 % 60);
  int    rest = (int) (seconds % 60);

  if (days > 0)
    return hours > 0 ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d day %d h", "%d days %d h",
                                                     (gulong) days),
                                        days, hours)
                     : g_strdup_printf (
                           g_dngettext (GETTEXT_PACKAGE, "%d day", "%d days", (gulong) days), days);
  if (hours > 0)
    return minutes > 0 ? g_strdup_printf (_("%d h %d min"), hours, minutes)
                       : g_strdup_printf (_("%d h"), hours);
  if (minutes > 0)
    return rest > 0 ? g_strdup_printf (_("%d min %d s"), minutes, rest)
                    : g_strdup_printf (_("%d min"), minutes);
  if (rest > 0)
    return g_strdup_printf (_("%d s"), rest);
  return g_strdup_printf (_("%d ms"), (int) (span_us / 1000));
}

char *
app_words_dup_clock (AppSession *session, gint64 time_us)
{
  gint64 start_us = app_session_get_start_us (session);
  gint64 seconds = time_us / G_USEC_PER_SEC;
  g_autoptr (GDateTime) start = NULL;
  g_autoptr (GDateTime) then = NULL;

  if (start_us == APP_SESSION_NO_START)
    return g_strdup_printf ("%d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60),
                            (int) (seconds % 60));
  start = g_date_time_new_from_unix_utc (start_us / G_USEC_PER_SEC);
  then = g_date_time_new_from_unix_utc ((start_us + time_us) / G_USEC_PER_SEC);
  if (then == NULL || start == NULL)
    return g_strdup ("");
  /* Days are told once the trace is longer than one. */
  return g_date_time_format (then, g_date_time_get_day_of_year (start) ==
                                           g_date_time_get_day_of_year (then)
                                       ? "%H:%M:%S"
                                       : _("%e %b %H:%M:%S"));
}

char *
app_words_dup_moment (AppSession *session, gint64 time_us, gint64 now_us)
{
  g_autofree char *span = app_words_dup_span (ABS (time_us - now_us));
  g_autofree char *clock = app_words_dup_clock (session, time_us);

  if (time_us >= now_us)
    return g_strdup_printf (_("in %s, at %s"), span, clock);
  return g_strdup_printf (_("%s ago, at %s"), span, clock);
}

/* RFC 5598's roles */
static const struct
{
  const char *role;
  const char *label;
} roles_table[] = {
  { "MUA", N_("mail program (MUA)") },     { "MSA", N_("submission (MSA)") },
  { "MTA", N_("transfer (MTA)") },         { "MDA", N_("delivery (MDA)") },
  { "MS", N_("mailboxes (MS)") },          { "DNS", N_("name server (DNS)") },
  { "DNS server", N_("name server (DNS)") },
};

char *
app_words_dup_roles (const char *roles)
{
  g_auto (GStrv) parts = g_strsplit (roles, ",", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *label = g_strstrip (parts[i]);

      for (guint k = 0; k < G_N_ELEMENTS (roles_table); k++)
        if (strcmp (roles_table[k].role, parts[i]) == 0)
          label = _ (roles_table[k].label);
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", label);
    }
  return g_string_free (text, FALSE);
}

/* Details */

static const struct
{
  const char *key;
  const char *label;
} details[] = {
  { "id", N_("Queue identifier") },
  { "from", N_("From") },
  { "recipients", N_("Recipients") },
  { "recipient", N_("Recipient") },
  { "size", N_("Size") },
  { "bytes", N_("Size") },
  { "domain", N_("Domain") },
  { "hosts", N_("Hosts, in the order of trying") },
  { "host", N_("Host") },
  { "next-attempt", N_("Next attempt") },
  { "attempt", N_("Attempts so far") },
  { "reason", N_("Reason") },
  { "status", N_("Status") },
  { "tls", N_("TLS") },
  { "user", N_("User") },
  { "report", N_("Report") },
  { "name", N_("Name") },
  { "names", N_("For the names") },
  { "type", N_("Record type") },
  { "data", N_("Data") },
  { "expires", N_("Forgotten") },
  { "version", N_("Version") },
  { "cipher", N_("Cipher suite") },
  { "verified", N_("Certificate verified") },
  { "problems", N_("Problems") },
  { "issuer", N_("Issued by") },
  { "to", N_("To") },
  { "state", N_("State") },
  { "mechanism", N_("Mechanism") },
  { "connection", N_("Connection") },
  { "client", N_("Client's address") },
  { "sender", N_("Sender (reverse-path)") },
  { "seconds", N_("Seconds") },
  { "code", N_("Reply") },
  { "protection", N_("Protected by") },
  { "certificate", N_("Certificate of") },
  { "leniencies", N_("What was let pass") },
  { "list", N_("List") },
  { "list-id", N_("Name of the list") },
  { "peer", N_("Other end") },
  { "left", N_("Messages left") },
  { "removed", N_("Messages removed") },
  { "messages", N_("Messages") },
};

char *
app_words_dup_detail_label (const char *what, const char *key)
{
  TraceNoteKind kind = trace_note_get_kind (what);
  char         *label;

  if (strcmp (key, "from") == 0 && kind == TRACE_NOTE_QUEUED)
    return g_strdup (_("Sender (reverse-path)"));
  if (strcmp (key, "from") == 0 && kind == TRACE_NOTE_CERTIFICATE)
    return g_strdup (_("Valid from"));
  if (strcmp (key, "to") == 0 && kind == TRACE_NOTE_CERTIFICATE)
    return g_strdup (_("Valid until"));
  for (guint i = 0; i < G_N_ELEMENTS (details); i++)
    if (strcmp (details[i].key, key) == 0)
      return g_strdup (_ (details[i].label));
  /* What a later version or another program says is shown as it says it. */
  label = g_strdelimit (g_strdup (key), "-", ' ');
  label[0] = g_ascii_toupper (label[0]);
  return label;
}

char *
app_words_dup_detail_value (AppSession *session, const TraceNote *note, guint i, gint64 now_us)
{
  const TraceNoteDetail *detail = trace_note_get_nth_detail (note, i);
  gint64                 time_us;
  guint64                number;

  if ((strcmp (detail->key, "next-attempt") == 0 || strcmp (detail->key, "expires") == 0) &&
      trace_note_get_time (note, detail->key, &time_us))
    return app_words_dup_moment (session, time_us, now_us);
  if ((strcmp (detail->key, "size") == 0 || strcmp (detail->key, "bytes") == 0) &&
      trace_note_get_number (note, detail->key, &number))
    return g_strdup_printf (_("%" G_GUINT64_FORMAT " bytes"), number);
  if (detail->value[0] == '\0' || strcmp (detail->value, "<>") == 0)
    return g_strdup (strcmp (detail->key, "from") == 0 ? _("nobody: <>, the null reverse-path")
                                                       : _("none"));
  return g_strdup (detail->value);
}

/* Counters */

char *
app_words_dup_counter (const char *what, guint n)
{
  static const struct
  {
    const char *what;
    const char *format;
  } counters[] = {
    { "queued", N_("%u queued") },         { "relayed-to", N_("%u sent on") },
    { "delivered", N_("%u delivered") },   { "retry", N_("%u put off") },
    { "failed", N_("%u given up") },       { "bounced", N_("%u bounced") },
    { "greylisted", N_("%u greylisted") }, { "relay-denied", N_("%u refused to relay") },
    { "auth", N_("%u authenticated") },    { "auth-failed", N_("%u failed to authenticate") },
    { "cache-hit", N_("%u answered from the cache") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    if (strcmp (counters[i].what, what) == 0)
      {
        g_autofree char *number = g_strdup_printf ("%u", n);
        g_auto (GStrv) parts = g_strsplit (_ (counters[i].format), "%u", 2);

        return g_strconcat (parts[0], number, parts[1], NULL);
      }
  return NULL;
}

const char *
app_words_get_icon (const char *what, guint flags)
{
  static const char *const icons[TRACE_NOTE_N_KINDS] = {
    [TRACE_NOTE_PLAIN] = "dialog-information-symbolic",
    [TRACE_NOTE_QUEUED] = "mail-unread-symbolic",
    [TRACE_NOTE_ROUTE] = "network-workgroup-symbolic",
    [TRACE_NOTE_NAMES] = "network-server-symbolic",
    [TRACE_NOTE_WAITING] = "document-open-recent-symbolic",
    [TRACE_NOTE_SENT] = "mail-send-symbolic",
    [TRACE_NOTE_DELIVERED] = "emblem-ok-symbolic",
    [TRACE_NOTE_FAILED] = "dialog-error-symbolic",
    [TRACE_NOTE_BOUNCED] = "mail-reply-sender-symbolic",
    [TRACE_NOTE_IDENTITY] = "avatar-default-symbolic",
    [TRACE_NOTE_SECURE] = "channel-secure-symbolic",
    [TRACE_NOTE_CERTIFICATE] = "application-certificate-symbolic",
  };

  if (flags & TRACE_FLAG_ERROR)
    return "dialog-error-symbolic";
  if (flags & TRACE_FLAG_WARNING && trace_note_get_kind (what) != TRACE_NOTE_WAITING)
    return "dialog-warning-symbolic";
  return icons[trace_note_get_kind (what)];
}
