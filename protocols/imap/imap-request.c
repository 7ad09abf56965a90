/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-request.h"

#include <string.h>

#include "imap-write.h"

struct _ImapRequest
{
  GArray *pieces; /* of ImapRequestPiece: at least one */
};

static void
clear_piece (gpointer data)
{
  ImapRequestPiece *piece = data;

  g_string_free (piece->text, TRUE);
  g_clear_pointer (&piece->literal, g_bytes_unref);
}

static void
add_piece (ImapRequest *self)
{
  ImapRequestPiece piece = { g_string_new (NULL), NULL };

  g_array_append_val (self->pieces, piece);
}

static GString *
get_text (ImapRequest *self)
{
  return g_array_index (self->pieces, ImapRequestPiece, self->pieces->len - 1).text;
}

void
imap_request_add (ImapRequest *self, const char *text)
{
  GString *out = get_text (self);

  if (self->pieces->len > 1 || out->len > 0)
    g_string_append_c (out, ' ');
  g_string_append (out, text);
}

void
imap_request_add_literal (ImapRequest *self, GBytes *bytes)
{
  ImapRequestPiece *piece =
      &g_array_index (self->pieces, ImapRequestPiece, self->pieces->len - 1);

  g_string_append_c (piece->text, ' ');
  piece->literal = g_bytes_ref (bytes);
  add_piece (self);
}

/* Whether it can stand between quotes whatever was enabled. */
static gboolean
can_be_quoted (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if ((guint8) *c >= 0x80 || *c == '\r' || *c == '\n')
      return FALSE;
  return strlen (text) <= 1000;
}

void
imap_request_add_string (ImapRequest *self, const char *text)
{
  g_autoptr (GBytes) bytes = NULL;

  if (can_be_quoted (text))
    {
      g_string_append_c (get_text (self), ' ');
      imap_append_astring (get_text (self), text, 0);
      return;
    }
  bytes = g_bytes_new (text, strlen (text));
  imap_request_add_literal (self, bytes);
}

void
imap_request_add_mailbox (ImapRequest *self, const char *name)
{
  g_string_append_c (get_text (self), ' ');
  imap_append_mailbox (get_text (self), name, 0);
}

void
imap_request_add_mailbox_utf8 (ImapRequest *self, const char *name)
{
  g_string_append_c (get_text (self), ' ');
  imap_append_mailbox (get_text (self), name, IMAP_WRITE_UTF8);
}

guint
imap_request_get_n_pieces (const ImapRequest *self)
{
  return self->pieces->len;
}

const ImapRequestPiece *
imap_request_get_piece (const ImapRequest *self, guint i)
{
  return &g_array_index (self->pieces, ImapRequestPiece, i);
}

ImapRequest *
imap_request_new (const char *text)
{
  ImapRequest *self = g_new0 (ImapRequest, 1);

  self->pieces = g_array_new (FALSE, FALSE, sizeof (ImapRequestPiece));
  g_array_set_clear_func (self->pieces, clear_piece);
  add_piece (self);
  g_string_append (get_text (self), text);
  return self;
}

void
imap_request_free (ImapRequest *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->pieces);
  g_free (self);
}
