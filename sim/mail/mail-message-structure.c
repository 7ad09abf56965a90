/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

#include <imap/imap-write.h>
#include <mime/mime-parameter.h>
#include <string.h>

/* BODY and BODYSTRUCTURE (RFC 9051 section 7.5.2). Parts nest at most MIME_DEPTH_MAX deep, which
 * bounds the recursion here. */

/* Parameters of one field whose continuations are joined. Ours: far more than names of files need,
 * and the bound on work; beyond it they are told as they were written. */
#define JOINED_PARAMETERS_MAX 100

typedef struct
{
  const MimeTree *tree;
  gboolean        is_extensible; /* BODYSTRUCTURE */
  GString        *out;
} Writer;

static void append_part (const Writer *self, guint i);

static void
append_text (const Writer *self, const char *text)
{
  imap_append_string (self->out, text, strlen (text), 0);
}

static void
append_pair (const Writer *self, const char *name, const char *value, gboolean is_first)
{
  g_string_append_c (self->out, is_first ? '(' : ' ');
  append_text (self, name);
  g_string_append_c (self->out, ' ');
  append_text (self, value);
}

/* A field's value, unfolded; NIL where there is none. */
static void
append_value (const Writer *self, const MimePart *part, const char *name)
{
  const ImfField  *field = mime_tree_find_field (self->tree, part, name);
  ImfHeader        header = { 0 };
  g_autofree char *value = NULL;

  if (field != NULL)
    {
      header.data = mime_tree_get_data (self->tree, &header.length);
      value = imf_header_dup_value (&header, field);
    }
  imap_append_nstring (self->out, value, 0);
}

/* Parameters */

/* Percent-encoding of RFC 2231 section 4: attribute-char stays. */
static char *
dup_extended (const char *text)
{
  GString *out = g_string_new ("utf-8''");

  for (; *text != '\0'; text++)
    if (g_ascii_isalnum (*text) || strchr ("!#$&+-.^_`{|}~", *text) != NULL)
      g_string_append_c (out, *text);
    else
      g_string_append_printf (out, "%%%02X", (guint8) *text);
  return g_string_free (out, FALSE);
}

typedef struct
{
  gboolean is_first;    /* its first piece is here */
  gboolean has_begin;   /* there is a piece 0 */
  gboolean is_extended; /* a piece is percent-encoded */
} Pieces;

static Pieces
look_at_pieces (const MimeParameter *parameters, guint n, guint i, gsize base_length)
{
  Pieces found = { .is_first = TRUE };

  for (guint j = 0; j < n; j++)
    {
      MimeParameterName name;

      if (strncmp (parameters[j].name, parameters[i].name, base_length) != 0 ||
          !mime_parameter_name_parse (parameters[j].name, &name) || !name.has_section ||
          name.base_length != base_length)
        continue;
      found.is_first = found.is_first && j >= i;
      found.has_begin = found.has_begin || name.section == 0;
      found.is_extended = found.is_extended || name.is_extended;
    }
  return found;
}

/* Servers should join continuations: "baz*0" and "baz*1" are told as "baz"; "foo*0*" and "foo*1*"
 * in UTF-8 as "foo*", in RFC 2231's form, as the value of any "foo*" is.
 * Returns: whether parameter @i is part of one that is told so; @out_name, @out_value: NULL where
 *   it has been told */
static gboolean
join_parameter (const MimeParameter *parameters, guint n, guint i, char **out_name,
                char **out_value)
{
  MimeParameterName parsed;
  Pieces            pieces;
  g_autofree char  *base = NULL;
  g_autofree char  *text = NULL;

  if (n > JOINED_PARAMETERS_MAX || strchr (parameters[i].name, '*') == NULL ||
      !mime_parameter_name_parse (parameters[i].name, &parsed) || !parsed.has_section)
    return FALSE;
  pieces = look_at_pieces (parameters, n, i, parsed.base_length);
  if (!pieces.has_begin)
    return FALSE;
  if (!pieces.is_first)
    return TRUE;
  base = g_strndup (parameters[i].name, parsed.base_length);
  text = mime_parameters_dup (parameters, n, base, mail_message_get_charsets ());
  *out_name = g_strconcat (base, pieces.is_extended ? "*" : NULL, NULL);
  *out_value = pieces.is_extended ? dup_extended (text) : g_steal_pointer (&text);
  return TRUE;
}

/* body-fld-param. @default_charset: (nullable): told where no charset is */
static void
append_parameters (const Writer *self, guint first, guint n, const char *default_charset)
{
  const MimeParameter *parameters = n > 0 ? mime_tree_get_parameter (self->tree, first) : NULL;
  gboolean             is_first = TRUE;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (!join_parameter (parameters, n, i, &name, &value))
        append_pair (self, parameters[i].name, parameters[i].value, is_first);
      else if (name != NULL)
        append_pair (self, name, value, is_first);
      else
        continue;
      is_first = FALSE;
    }
  if (default_charset != NULL)
    append_pair (self, "charset", default_charset, is_first);
  g_string_append (self->out, is_first && default_charset == NULL ? "NIL" : ")");
}

/* Extension data */

/* body-fld-lang: the tags of Content-Language, commas between them. */
static void
append_languages (const Writer *self, const MimePart *part)
{
  const ImfField  *field = mime_tree_find_field (self->tree, part, "Content-Language");
  ImfHeader        header = { 0 };
  g_autofree char *value = NULL;
  g_auto (GStrv)   tags = NULL;
  gboolean         is_first = TRUE;

  if (field != NULL)
    {
      header.data = mime_tree_get_data (self->tree, &header.length);
      value = imf_header_dup_value (&header, field);
      tags = g_strsplit_set (value, ",", -1);
    }
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    {
      g_strstrip (tags[i]);
      if (tags[i][0] == '\0')
        continue;
      g_string_append_c (self->out, is_first ? '(' : ' ');
      append_text (self, tags[i]);
      is_first = FALSE;
    }
  g_string_append (self->out, is_first ? "NIL" : ")");
}

/* body-fld-dsp SP body-fld-lang SP body-fld-loc */
static void
append_extension (const Writer *self, const MimePart *part)
{
  if (part->disposition != NULL)
    {
      g_string_append_c (self->out, '(');
      append_text (self, part->disposition);
      g_string_append_c (self->out, ' ');
      append_parameters (self, part->first_disposition_parameter, part->n_disposition_parameters,
                         NULL);
      g_string_append_c (self->out, ')');
    }
  else
    g_string_append (self->out, "NIL");
  g_string_append_c (self->out, ' ');
  append_languages (self, part);
  g_string_append_c (self->out, ' ');
  append_value (self, part, "Content-Location");
}

/* Bodies */

/* What is told where there is nothing to tell, since IMAP knows no multipart without a part, and no
 * message/rfc822 without a body (RFC 9051 section 9, body-type-mpart and body-type-msg). */
static void
append_made_up_text (const Writer *self)
{
  g_string_append (self->out, "(\"text\" \"plain\" (\"charset\" \"us-ascii\") ");
  g_string_append (self->out, "NIL NIL \"7bit\" 0 0");
  g_string_append (self->out, self->is_extensible ? " NIL NIL NIL NIL)" : ")");
}

/* body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart] */
static void
append_multipart (const Writer *self, guint i)
{
  const MimeTree *tree = self->tree;
  const MimePart *part = mime_tree_get_part (tree, i);

  for (guint child = i + 1; child < part->next; child = mime_tree_get_part (tree, child)->next)
    append_part (self, child);
  if (part->n_children == 0)
    append_made_up_text (self);
  g_string_append_c (self->out, ' ');
  append_text (self, part->subtype);
  if (!self->is_extensible)
    return;
  g_string_append_c (self->out, ' ');
  append_parameters (self, part->first_parameter, part->n_parameters, NULL);
  g_string_append_c (self->out, ' ');
  append_extension (self, part);
}

/* SP envelope SP body, of the message within. */
static void
append_inner_message (const Writer *self, guint i)
{
  const MimePart *part = mime_tree_get_part (self->tree, i);

  g_string_append_c (self->out, ' ');
  if (part->kind == MIME_PART_MESSAGE)
    {
      MailMessageHeader header;

      mail_message_header_of_part (self->tree, i + 1, &header);
      mail_message_append_envelope (self->out, &header);
      g_string_append_c (self->out, ' ');
      append_part (self, i + 1);
      return;
    }
  g_string_append (self->out, "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ");
  append_made_up_text (self);
}

/* body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP
 *               body-fld-octets */
static void
append_fields (const Writer *self, const MimePart *part)
{
  gboolean is_text = strcmp (part->type, "text") == 0;
  gboolean has_charset = !is_text || mime_tree_find_parameter (self->tree, part, "charset") != NULL;

  append_parameters (self, part->first_parameter, part->n_parameters,
                     has_charset ? NULL : "us-ascii");
  g_string_append_c (self->out, ' ');
  append_value (self, part, "Content-ID");
  g_string_append_c (self->out, ' ');
  append_value (self, part, "Content-Description");
  g_string_append_c (self->out, ' ');
  append_text (self, part->encoding_name != NULL ? part->encoding_name : "7bit");
  g_string_append_printf (self->out, " %" G_GSIZE_FORMAT, part->body_length);
}

/* body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part] */
static void
append_single (const Writer *self, guint i)
{
  const MimePart *part = mime_tree_get_part (self->tree, i);
  gboolean        is_message = mail_message_is_message_part (part);

  append_text (self, part->type);
  g_string_append_c (self->out, ' ');
  append_text (self, part->subtype);
  g_string_append_c (self->out, ' ');
  append_fields (self, part);
  if (is_message)
    append_inner_message (self, i);
  if (is_message || strcmp (part->type, "text") == 0)
    g_string_append_printf (self->out, " %" G_GSIZE_FORMAT,
                            mime_tree_count_lines (self->tree, part));
  if (!self->is_extensible)
    return;
  g_string_append_c (self->out, ' ');
  append_value (self, part, "Content-MD5");
  g_string_append_c (self->out, ' ');
  append_extension (self, part);
}

/* body = "(" (body-type-1part / body-type-mpart) ")" */
static void
append_part (const Writer *self, guint i)
{
  g_string_append_c (self->out, '(');
  if (mail_message_is_multipart (mime_tree_get_part (self->tree, i)))
    append_multipart (self, i);
  else
    append_single (self, i);
  g_string_append_c (self->out, ')');
}

static GString *
write_structure (MailMessage *self, gboolean is_extensible)
{
  Writer writer = { mail_message_get_tree (self), is_extensible, g_string_new (NULL) };

  append_part (&writer, 0);
  return writer.out;
}

const char *
mail_message_get_body (MailMessage *self, gsize *out_length)
{
  if (self->body == NULL)
    self->body = write_structure (self, FALSE);
  *out_length = self->body->len;
  return self->body->str;
}

const char *
mail_message_get_body_structure (MailMessage *self, gsize *out_length)
{
  if (self->body_structure == NULL)
    self->body_structure = write_structure (self, TRUE);
  *out_length = self->body_structure->len;
  return self->body_structure->str;
}
